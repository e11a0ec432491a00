//! What a model does together with the other ranks: training steps, predictions and checkpoints.

mod batch_rows;
mod checkpoint;
mod step;
mod substitutes;
