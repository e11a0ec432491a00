/** The user agrees to this before MovieLens 100K is installed. The dataset's page shows the full text. */
export const MOVIELENS_LICENCE =
  'MovieLens 100K was collected by the GroupLens Research Project at the University of Minnesota. It is free for ' +
  'research. Commercial use and redistribution need GroupLens’s permission, results must not suggest its ' +
  'endorsement, and publications must cite Harper and Konstan (2015), “The MovieLens Datasets: History and Context”, ' +
  'ACM Transactions on Interactive Intelligent Systems 5, 4, Article 19.'
