//! `date_trunc`, which in DataFusion makes a time of a day.

use std::sync::Arc;

use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, TimeUnit};
use datafusion::common::{Result, plan_err};
use datafusion::functions::datetime::date_trunc;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

pub fn functions() -> Vec<ScalarUDF> {
    vec![ScalarUDF::new_from_impl(DateTrunc {
        of_times: date_trunc(),
        signature: Signature::user_defined(Volatility::Immutable),
    })]
}

/// DataFusion's function for times, and a day for a day.
#[derive(Debug, PartialEq, Eq, Hash)]
struct DateTrunc {
    of_times: Arc<ScalarUDF>,
    signature: Signature,
}

impl ScalarUDFImpl for DateTrunc {
    fn name(&self) -> &str {
        self.of_times.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [unit, time] = given else {
            return plan_err!("date_trunc takes 2 arguments, not {}", given.len());
        };
        if !unit.is_string() {
            return plan_err!("date_trunc takes the name of a unit first");
        }
        let time = match time {
            DataType::Timestamp(..) | DataType::Date32 => time.clone(),
            _ if time.is_string() || time.is_null() => {
                DataType::Timestamp(TimeUnit::Millisecond, None)
            }
            _ => return plan_err!("date_trunc takes a time second"),
        };
        Ok(vec![DataType::Utf8, time])
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        Ok(given[1].clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let time = args.arg_fields[1].as_ref();
        Ok(Arc::new(time.clone().with_name(self.name())))
    }

    fn output_ordering(&self, given: &[ExprProperties]) -> Result<SortProperties> {
        self.of_times.output_ordering(given)
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if args.return_field.data_type() != &DataType::Date32 {
            return self.of_times.invoke_with_args(args);
        }
        let time = DataType::Timestamp(TimeUnit::Millisecond, None);
        let as_time =
            |field: &FieldRef| Arc::new(field.as_ref().clone().with_data_type(time.clone()));
        args.args[1] = args.args[1].cast_to(&time, None)?;
        args.arg_fields[1] = as_time(&args.arg_fields[1]);
        args.return_field = as_time(&args.return_field);
        Ok(match self.of_times.invoke_with_args(args)? {
            ColumnarValue::Array(times) => ColumnarValue::Array(cast(&times, &DataType::Date32)?),
            ColumnarValue::Scalar(time) => ColumnarValue::Scalar(time.cast_to(&DataType::Date32)?),
        })
    }
}
