//! Plans as they travel between the processes of a cluster.

use std::sync::Arc;

use ballista_core::serde::BallistaPhysicalExtensionCodec;
use datafusion::common::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};

use crate::sql::AnewExec;

/// What stands for an [`AnewExec`], by whether its join may spill; no message of Ballista's begins so.
const ANEW: [(&[u8], bool); 2] = [(b"AnewExec", false), (b"AnewExec, spilling", true)];

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
        let anew = ANEW.iter().find(|(stands, _)| *stands == bytes);
        match (anew, inputs) {
            (Some((_, may_spill)), [input]) => {
                Ok(Arc::new(AnewExec::new(Arc::clone(input), *may_spill)))
            }
            _ => self.0.try_decode(bytes, inputs, context, converter),
        }
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        bytes: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let Some(anew) = node.downcast_ref::<AnewExec>() else {
            return self.0.try_encode(node, bytes, converter);
        };
        let stands = ANEW
            .iter()
            .filter(|(_, may_spill)| *may_spill == anew.may_spill);
        stands.for_each(|(stands, _)| bytes.extend_from_slice(stands));
        Ok(())
    }
}
