//! `greatest` and `least`, which DataFusion has with another meaning: its own leave NULLs out.

use std::sync::Arc;

use arrow::array::{Array, BooleanArray};
use arrow::buffer::NullBuffer;
use arrow::compute::nullif;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::functions::core::{greatest, least};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

pub fn functions() -> Vec<ScalarUDF> {
    [greatest(), least()]
        .into_iter()
        .map(|lenient| ScalarUDF::new_from_impl(Strict(lenient)))
        .collect()
}

/// A function of DataFusion's, under its name, but NULL if any of its arguments is.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Strict(Arc<ScalarUDF>);

impl ScalarUDFImpl for Strict {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        self.0.coerce_types(given)
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        self.0.return_type(given)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let mut nulls = None;
        for value in &args.args {
            match value {
                ColumnarValue::Scalar(value) if value.is_null() => {
                    let nothing = ScalarValue::try_new_null(args.return_field.data_type())?;
                    return Ok(ColumnarValue::Scalar(nothing));
                }
                ColumnarValue::Scalar(_) => {}
                ColumnarValue::Array(values) => {
                    nulls = NullBuffer::union(nulls.as_ref(), values.logical_nulls().as_ref());
                }
            }
        }
        match (self.0.invoke_with_args(args)?, nulls) {
            (ColumnarValue::Array(values), Some(nulls)) => {
                let missing = BooleanArray::new(!nulls.inner(), None);
                Ok(ColumnarValue::Array(nullif(&values, &missing)?))
            }
            (answer, _) => Ok(answer),
        }
    }
}
