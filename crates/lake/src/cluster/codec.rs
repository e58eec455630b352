//! Plans as they travel between the processes of a cluster.

use std::sync::Arc;

use ballista_core::serde::BallistaPhysicalExtensionCodec;
use datafusion::common::{Result, internal_datafusion_err};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};

use crate::sql::WholeSideExec;

/// What stands for a [`WholeSideExec`] of a join that may spill, and of another; no message of Ballista's begins so.
const SPILLING: &[u8] = b"WholeSideExec, spilling";
const KEPT: &[u8] = b"WholeSideExec, kept";

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
        let side = |may_spill| -> Result<Arc<dyn ExecutionPlan>> {
            let input = inputs
                .first()
                .ok_or_else(|| internal_datafusion_err!("a side of nothing"))?;
            Ok(Arc::new(WholeSideExec::new(Arc::clone(input), may_spill)))
        };
        match bytes {
            SPILLING => side(true),
            KEPT => side(false),
            _ => self.0.try_decode(bytes, inputs, context, converter),
        }
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        bytes: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let Some(side) = node.downcast_ref::<WholeSideExec>() else {
            return self.0.try_encode(node, bytes, converter);
        };
        bytes.extend_from_slice(if side.may_spill { SPILLING } else { KEPT });
        Ok(())
    }
}
