//! The TypeScript declarations of what the engine reads and writes as JSON (native/generated/engine.ts). Operations are not
//! among them: `operation_fields` answers their fields.

use typescript::Declarations;

use crate::activation::Activation;
use crate::bench::{Options as BenchmarkOptions, Report, Roofs};
use crate::distributed::{ExchangeMethod, ExchangeReport, Shard};
use crate::metrics::BinaryMetrics;
use crate::model::{Options as EngineOptions, Quantisation};
use crate::optimizer::TrainingSettings;
use crate::plan::Plan;
use crate::quantised::Format;
use crate::tensors::{IndexMap, Pooling};

#[test]
fn declarations_are_written() {
    let mut declarations = Declarations::default();
    declarations.add::<Plan>();
    declarations.add::<Activation>();
    declarations.add::<Pooling>();
    declarations.add::<IndexMap>();
    declarations.add::<Shard>();
    declarations.add::<ExchangeMethod>();
    declarations.add::<ExchangeReport>();
    declarations.add::<EngineOptions>();
    declarations.add::<TrainingSettings>();
    declarations.add::<Format>();
    declarations.add::<Quantisation>();
    declarations.add::<BenchmarkOptions>();
    declarations.add::<Report>();
    declarations.add::<Roofs>();
    declarations.add::<BinaryMetrics>();
    declarations.write("engine");
}
