//! `sum` of whole numbers, which fails where DataFusion's begins again at the other end.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::sum_checked;
use arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF, Signature,
};

/// DataFusion's function, but for bigints.
#[must_use]
pub fn sum() -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::new_from_impl(Sum(sum_udaf())))
}

fn overflow() -> datafusion::common::DataFusionError {
    exec_datafusion_err!("bigint addition overflow in sum")
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Sum(Arc<AggregateUDF>);

fn is_checked(args: &AccumulatorArgs<'_>) -> bool {
    !args.is_distinct && args.return_field.data_type() == &DataType::Int64
}

impl AggregateUDFImpl for Sum {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        self.0.return_type(given)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        match is_checked(&args) {
            true => Ok(Box::new(CheckedSum::default())),
            false => self.0.accumulator(args),
        }
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        match is_checked(&args) {
            true => Ok(Box::new(CheckedSum::default())),
            false => self.0.create_sliding_accumulator(args),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        self.0.state_fields(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        self.0.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        match is_checked(&args) {
            true => Ok(Box::new(CheckedSums::default())),
            false => self.0.create_groups_accumulator(args),
        }
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

/// One sum, of so many numbers.
#[derive(Debug, Default)]
struct CheckedSum {
    sum: i64,
    count: u64,
}

impl CheckedSum {
    fn value(&self) -> ScalarValue {
        ScalarValue::Int64((self.count > 0).then_some(self.sum))
    }
}

/// The sum of a column, and of how many numbers it is.
fn summed(column: &ArrayRef) -> Result<(i64, u64)> {
    let numbers = column.as_primitive::<Int64Type>();
    let sum = sum_checked(numbers).map_err(|_| overflow())?.unwrap_or(0);
    Ok((sum, (numbers.len() - numbers.null_count()) as u64))
}

impl Accumulator for CheckedSum {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let (sum, count) = summed(&columns[0])?;
        self.sum = self.sum.checked_add(sum).ok_or_else(overflow)?;
        self.count += count;
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn retract_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let (sum, count) = summed(&columns[0])?;
        self.sum = self.sum.checked_sub(sum).ok_or_else(overflow)?;
        self.count = self.count.saturating_sub(count);
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.value())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.value()])
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// A sum for each group, and whether it has seen a number.
#[derive(Debug, Default)]
struct CheckedSums {
    sums: Vec<i64>,
    seen: Vec<bool>,
}

impl CheckedSums {
    fn take(&mut self, emit: EmitTo) -> ArrayRef {
        let (sums, seen) = (
            emit.take_needed(&mut self.sums),
            emit.take_needed(&mut self.seen),
        );
        Arc::new(Int64Array::new(sums.into(), Some(NullBuffer::from(seen))))
    }
}

impl GroupsAccumulator for CheckedSums {
    fn update_batch(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        wanted: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.sums.resize(total, 0);
        self.seen.resize(total, false);
        let numbers = columns[0].as_primitive::<Int64Type>();
        for (row, group) in groups.iter().enumerate() {
            let is_wanted = wanted.is_none_or(|wanted| wanted.is_valid(row) && wanted.value(row));
            if !is_wanted || numbers.is_null(row) {
                continue;
            }
            let sum = self.sums[*group].checked_add(numbers.value(row));
            self.sums[*group] = sum.ok_or_else(overflow)?;
            self.seen[*group] = true;
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.update_batch(states, groups, None, total)
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        Ok(self.take(emit))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.take(emit)])
    }

    fn convert_to_state(
        &self,
        columns: &[ArrayRef],
        wanted: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let Some(wanted) = wanted else {
            return Ok(columns.to_vec());
        };
        // What isn't wanted is NULL, as the rows must stay as many as they are.
        let unwanted =
            BooleanArray::from_iter(wanted.iter().map(|wanted| Some(wanted != Some(true))));
        Ok(vec![arrow::compute::nullif(&columns[0], &unwanted)?])
    }

    fn size(&self) -> usize {
        self.sums.capacity() * size_of::<i64>() + self.seen.capacity()
    }
}
