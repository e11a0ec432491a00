//! The TypeScript declarations of what imports, samples and batch loaders read and report (native/generated/dataset.ts).

use typescript::Declarations;

use crate::control::ImportProgress;
use crate::encoding_detection::{BeginningOptions, TextBeginning};
use crate::epoch::{LoaderOptions, RankOptions};
use crate::formats::{TableOptions, TablePreview};
use crate::import::ImportResult;
use crate::leaks::LeakReport;
use crate::sample::{SampleOptions, TextRecord};
use crate::spec::ImportSpec;
use crate::time_format::DetectedTime;

#[test]
fn declarations_are_written() {
    let mut declarations = Declarations::default();
    declarations.add::<BeginningOptions>();
    declarations.add::<ImportSpec>();
    declarations.add::<ImportProgress>();
    declarations.add::<ImportResult>();
    declarations.add::<LeakReport>();
    declarations.add::<LoaderOptions>();
    declarations.add::<RankOptions>();
    declarations.add::<SampleOptions>();
    declarations.add::<TextBeginning>();
    declarations.add::<TextRecord>();
    declarations.add::<DetectedTime>();
    declarations.add::<TableOptions>();
    declarations.add::<TablePreview>();
    declarations.write("dataset");
}
