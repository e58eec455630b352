//! Plans as they travel between the processes of a cluster.

use std::sync::Arc;

use ballista_core::serde::BallistaPhysicalExtensionCodec;
use datafusion::common::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};

use crate::sql::UnrepeatedExec;

/// What stands for an [`UnrepeatedExec`]; no message of Ballista's begins so.
const UNREPEATED: &[u8] = b"UnrepeatedExec";

/// Ballista's own, and the nodes that are the lake's.
#[derive(Debug, Default)]
pub struct Codec(BallistaPhysicalExtensionCodec);

impl PhysicalExtensionCodec for Codec {
    fn try_decode(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        context: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match inputs {
            [input] if bytes == UNREPEATED => Ok(Arc::new(UnrepeatedExec::new(Arc::clone(input)))),
            _ => self.0.try_decode(bytes, inputs, context, converter),
        }
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        bytes: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        if node.is::<UnrepeatedExec>() {
            bytes.extend_from_slice(UNREPEATED);
            return Ok(());
        }
        self.0.try_encode(node, bytes, converter)
    }
}
