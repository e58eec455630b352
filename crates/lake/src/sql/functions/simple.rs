//! A function of values, row by row or column by column: the part that all of them share.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

/// What a function takes as one of its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Text, or what is text in the end.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Double,
    /// A point in time.
    Time,
    /// Whatever is given.
    Any,
}

/// A function of our own.
pub struct Simple {
    /// Its name in a statement.
    pub name: &'static str,
    /// Its arguments.
    pub takes: &'static [Takes],
    /// How many of the arguments may be left out.
    pub optional: usize,
    /// What it answers, from what it is given.
    pub gives: fn(&[FieldRef]) -> Result<Field>,
    /// What it does. Every argument is a column of the same length.
    pub run: fn(&[ArrayRef], &ScalarFunctionArgs) -> Result<ArrayRef>,
    signature: Signature,
}

impl Simple {
    /// A function that answers the same type whatever it is given.
    #[must_use]
    pub fn new(
        name: &'static str,
        takes: &'static [Takes],
        gives: fn(&[FieldRef]) -> Result<Field>,
        run: fn(&[ArrayRef], &ScalarFunctionArgs) -> Result<ArrayRef>,
    ) -> Self {
        Self {
            name,
            takes,
            optional: 0,
            gives,
            run,
            signature: Signature::user_defined(Volatility::Immutable),
        }
    }

    /// The last arguments may be left out.
    #[must_use]
    pub const fn with_optional(mut self, optional: usize) -> Self {
        self.optional = optional;
        self
    }

    /// Its answers may change, for all that the planner knows.
    #[must_use]
    pub fn volatile(mut self) -> Self {
        self.signature.volatility = Volatility::Volatile;
        self
    }
}

// A function is its name.
impl PartialEq for Simple {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Simple {}

impl Hash for Simple {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl std::fmt::Debug for Simple {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl ScalarUDFImpl for Simple {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if given.len() > self.takes.len() || given.len() + self.optional < self.takes.len() {
            return plan_err!(
                "{} takes {} arguments, not {}",
                self.name,
                self.takes.len(),
                given.len()
            );
        }
        let pairs = given.iter().zip(self.takes);
        pairs
            .map(|(given, takes)| coerced(self.name, given, *takes))
            .collect()
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        plan_err!("{} answers by field", self.name)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(
            (self.gives)(args.arg_fields)?
                .with_name(self.name)
                .with_nullable(true),
        ))
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = args
            .args
            .iter()
            .all(|value| matches!(value, ColumnarValue::Scalar(_)));
        if constant {
            args.number_rows = 1;
        }
        let given = std::mem::take(&mut args.args);
        let columns = given
            .iter()
            .map(|value| value.to_array(args.number_rows))
            .collect::<Result<Vec<_>>>()?;
        let answer = (self.run)(&columns, &args)?;
        if constant {
            return Ok(ColumnarValue::Scalar(single(&answer)?));
        }
        Ok(ColumnarValue::Array(answer))
    }
}

/// The only value of a column. DataFusion's own way forgets what items are marked with, such as that they are JSON.
pub fn single(column: &ArrayRef) -> Result<ScalarValue> {
    Ok(match column.data_type() {
        DataType::List(_) => ScalarValue::List(Arc::new(column.as_list::<i32>().clone())),
        DataType::Map(..) => ScalarValue::Map(Arc::new(column.as_map().clone())),
        DataType::Struct(_) => ScalarValue::Struct(Arc::new(column.as_struct().clone())),
        _ => ScalarValue::try_from_array(column, 0)?,
    })
}

fn coerced(name: &str, given: &DataType, takes: Takes) -> Result<DataType> {
    let fits = match takes {
        Takes::Any => return Ok(given.clone()),
        Takes::Text => given.is_string() || given.is_null(),
        Takes::Integer => given.is_integer() || given.is_null(),
        Takes::Double => given.is_numeric() || given.is_null(),
        Takes::Time => given.is_temporal() || given.is_string() || given.is_null(),
    };
    if !fits {
        return plan_err!("{name} can't take a value of type {given}");
    }
    Ok(match takes {
        Takes::Integer => DataType::Int64,
        Takes::Double => DataType::Float64,
        Takes::Time => time_type(given),
        Takes::Text | Takes::Any => DataType::Utf8View,
    })
}

/// Milliseconds are all that the lake's times have; a zone, if there is one, stays, and a day is one.
fn time_type(given: &DataType) -> DataType {
    use arrow::datatypes::TimeUnit::Millisecond;
    match given {
        DataType::Timestamp(_, zone) => DataType::Timestamp(Millisecond, zone.clone()),
        DataType::Date32 => DataType::Date32,
        _ => DataType::Timestamp(Millisecond, None),
    }
}

/// A column of text.
pub fn texts(column: &ArrayRef) -> Result<&StringViewArray> {
    match column.as_string_view_opt() {
        Some(texts) => Ok(texts),
        None => exec_err!("expected text, not {}", column.data_type()),
    }
}

/// The text of a row, unless it is NULL.
pub fn text_at(texts: &StringViewArray, row: usize) -> Option<&str> {
    texts.is_valid(row).then(|| texts.value(row))
}

/// Answers text.
#[expect(clippy::unnecessary_wraps, reason = "one of the shapes of `gives`")]
pub fn gives_text(_: &[FieldRef]) -> Result<Field> {
    Ok(Field::new("", DataType::Utf8, true))
}

/// Answers JSON.
#[expect(clippy::unnecessary_wraps, reason = "one of the shapes of `gives`")]
pub fn gives_json(_: &[FieldRef]) -> Result<Field> {
    Ok(crate::sql::kinds::json(Field::new(
        "",
        DataType::Utf8,
        true,
    )))
}

/// Answers a whole number.
#[expect(clippy::unnecessary_wraps, reason = "one of the shapes of `gives`")]
pub fn gives_integer(_: &[FieldRef]) -> Result<Field> {
    Ok(Field::new("", DataType::Int64, true))
}

/// Answers yes or no.
#[expect(clippy::unnecessary_wraps, reason = "one of the shapes of `gives`")]
pub fn gives_flag(_: &[FieldRef]) -> Result<Field> {
    Ok(Field::new("", DataType::Boolean, true))
}
