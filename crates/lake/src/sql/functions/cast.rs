//! `CAST`, where it isn't Arrow's: to text, and from JSON.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, new_null_array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, FieldRef, Float32Type, Float64Type};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue, exec_err, plan_datafusion_err, plan_err};
use datafusion::logical_expr::expr::{Cast, ScalarFunction, TryCast};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};

use super::json::{document, scalar};
use super::simple::single;
use crate::record::{items_of, object_of};
use crate::sql::dialect::{CAST, TRY_CAST};
use crate::sql::kinds::{Kind, is_json};
use crate::sql::text::text_of;

pub fn functions() -> Vec<ScalarUDF> {
    vec![
        cast(CAST, false, false),
        cast(TRY_CAST, true, false),
        json_cast(false),
        json_cast(true),
    ]
}

fn json_cast(tries: bool) -> ScalarUDF {
    cast(if tries { TRY_JSON_CAST } else { JSON_CAST }, tries, true)
}

fn cast(name: &'static str, tries: bool, json: bool) -> ScalarUDF {
    ScalarUDF::new_from_impl(TrinoCast {
        name,
        tries,
        json,
        signature: Signature::any(2, Volatility::Immutable),
    })
}

/// What becomes of casts whose value is known to be JSON: another machine isn't told what its columns are marked with.
const JSON_CAST: &str = "cast json";
const TRY_JSON_CAST: &str = "try_cast json";

/// A cast that looks at whether its value is JSON, unless that is known.
#[derive(Debug, PartialEq, Eq, Hash)]
struct TrinoCast {
    name: &'static str,
    tries: bool,
    json: bool,
    signature: Signature,
}

impl ScalarUDFImpl for TrinoCast {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        plan_err!("a cast answers by field")
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(
            kind_of(args.scalar_arguments.get(1).copied().flatten())?.field(self.name),
        ))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let ColumnarValue::Scalar(name) = &args.args[1] else {
            return plan_err!("a cast to no type");
        };
        let kind = kind_of(Some(name))?;
        let field = &args.arg_fields[0];
        let json = self.json || is_json(field);
        let run = |value: &ArrayRef| converted(value, json, &kind, self.tries);
        match &args.args[0] {
            ColumnarValue::Array(values) => Ok(ColumnarValue::Array(run(values)?)),
            ColumnarValue::Scalar(value) => {
                let answer = run(&value.to_array_of_size(1)?)?;
                Ok(ColumnarValue::Scalar(single(&answer)?))
            }
        }
    }
}

fn kind_of(name: Option<&ScalarValue>) -> Result<Kind> {
    let name = name
        .and_then(|name| name.try_as_str().flatten())
        .unwrap_or_default();
    name.parse()
        .map_err(|_| plan_datafusion_err!("a cast to no type"))
}

fn converted(values: &ArrayRef, json: bool, kind: &Kind, tries: bool) -> Result<ArrayRef> {
    if values.data_type().is_null() {
        return Ok(new_null_array(&kind.data_type(), values.len()));
    }
    match kind {
        _ if json && *kind != Kind::Json => from_json(values, kind, tries),
        Kind::Json => Ok(Arc::new(to_json(values, json)?)),
        Kind::Short(size) => short(values, *size, tries),
        Kind::Varchar if !values.data_type().is_string() => {
            let texts = (0..values.len())
                .map(|row| text_of(values.as_ref(), row))
                .collect::<Result<StringArray>>()?;
            Ok(Arc::new(texts))
        }
        _ => Ok(cast_with_options(
            &rounded(values, kind)?,
            &kind.data_type(),
            &CastOptions {
                safe: tries,
                ..CastOptions::default()
            },
        )?),
    }
}

/// At most so many characters of a text. What is no text must fit.
fn short(values: &ArrayRef, size: u64, tries: bool) -> Result<ArrayRef> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let cuts = values.data_type().is_string();
    let texts = (0..values.len()).map(|row| {
        let Some(text) = text_of(values.as_ref(), row)? else {
            return Ok(None);
        };
        match text.char_indices().nth(size) {
            None => Ok(Some(text)),
            Some((end, _)) if cuts => Ok(Some(text[..end].to_owned())),
            Some(_) if tries => Ok(None),
            Some(_) => exec_err!("Value {text} cannot be represented as varchar({size})"),
        }
    });
    Ok(Arc::new(texts.collect::<Result<StringArray>>()?))
}

/// Numbers that are to become whole ones, rounded as Trino does: the half away from zero. Arrow would cut.
fn rounded(values: &ArrayRef, kind: &Kind) -> Result<ArrayRef> {
    if !matches!(kind, Kind::Integer(_)) {
        return Ok(Arc::clone(values));
    }
    Ok(match values.data_type() {
        DataType::Float64 => Arc::new(
            values
                .as_primitive::<Float64Type>()
                .unary::<_, Float64Type>(f64::round),
        ),
        DataType::Float32 => Arc::new(
            values
                .as_primitive::<Float32Type>()
                .unary::<_, Float32Type>(f32::round),
        ),
        DataType::Decimal128(precision, _) => {
            arrow::compute::cast(values, &DataType::Decimal128(*precision, 0))?
        }
        _ => Arc::clone(values),
    })
}

/// A JSON value as another type: text without its quotes, arrays and objects item by item.
fn from_json(values: &ArrayRef, kind: &Kind, tries: bool) -> Result<ArrayRef> {
    let texts = arrow::compute::cast(values, &DataType::Utf8)?;
    let texts: Vec<Option<&str>> = texts.as_string::<i32>().iter().collect();
    build(&texts, kind, tries)
}

fn build(values: &[Option<&str>], kind: &Kind, tries: bool) -> Result<ArrayRef> {
    use arrow::array::{ListArray, MapArray, StructArray};
    use arrow::buffer::{NullBuffer, OffsetBuffer};
    // `null` is NULL; so is a value of another shape, as a record's fields have no fixed one.
    let documents = values.iter().map(|text| {
        text.and_then(document)
            .filter(|value| value.get() != "null")
    });
    match kind {
        Kind::Json => {
            let texts: StringArray = values.iter().copied().collect();
            Ok(Arc::new(texts))
        }
        Kind::Array(item) => {
            let lists: Vec<_> = documents.map(|value| value.and_then(items_of)).collect();
            let inner: Vec<Option<&str>> = lists
                .iter()
                .flatten()
                .flatten()
                .map(|value| Some(value.get()))
                .collect();
            let offsets = OffsetBuffer::from_lengths(
                lists.iter().map(|list| list.as_ref().map_or(0, Vec::len)),
            );
            let valid = NullBuffer::from_iter(lists.iter().map(Option::is_some));
            let items = build(&inner, item, tries)?;
            Ok(Arc::new(ListArray::try_new(
                Arc::new(item.field("item")),
                offsets,
                items,
                Some(valid),
            )?))
        }
        Kind::Map(key, value) => {
            let maps: Vec<_> = documents
                .map(|value| Some(value.and_then(object_of)?.into_members()))
                .collect();
            let members = || maps.iter().flatten().flatten();
            let keys: StringArray = members().map(|(name, _)| Some(name.as_ref())).collect();
            let keys = converted(&(Arc::new(keys) as ArrayRef), false, key, false)?;
            let inner: Vec<Option<&str>> = members().map(|(_, value)| Some(value.get())).collect();
            let items = build(&inner, value, tries)?;
            let offsets =
                OffsetBuffer::from_lengths(maps.iter().map(|map| map.as_ref().map_or(0, Vec::len)));
            let valid = NullBuffer::from_iter(maps.iter().map(Option::is_some));
            let DataType::Map(entries, _) = kind.data_type() else {
                return plan_err!("a map that is none");
            };
            let DataType::Struct(fields) = entries.data_type() else {
                return plan_err!("a map without entries");
            };
            let pairs = StructArray::try_new(fields.clone(), vec![keys, items], None)?;
            Ok(Arc::new(MapArray::try_new(
                entries,
                offsets,
                pairs,
                Some(valid),
                false,
            )?))
        }
        Kind::Row(fields) => {
            let rows: Vec<_> = documents.map(|value| value.and_then(object_of)).collect();
            let valid = NullBuffer::from_iter(rows.iter().map(Option::is_some));
            let DataType::Struct(kinds) = kind.data_type() else {
                return plan_err!("a row that is none");
            };
            let columns = fields.iter().map(|(name, kind)| {
                let inner: Vec<Option<&str>> = rows
                    .iter()
                    .map(|row| Some(row.as_ref()?.get(name)?.get()))
                    .collect();
                build(&inner, kind, tries)
            });
            let columns = columns.collect::<Result<Vec<_>>>()?;
            Ok(Arc::new(StructArray::try_new_with_length(
                kinds,
                columns,
                Some(valid),
                rows.len(),
            )?))
        }
        _ => {
            let texts: StringArray = documents.map(|value| value.and_then(scalar)).collect();
            converted(&(Arc::new(texts) as ArrayRef), false, kind, tries)
        }
    }
}

/// Text becomes a JSON string, an array one of JSON, a map or a row an object; all else what it looks like.
fn to_json(values: &ArrayRef, json: bool) -> Result<StringArray> {
    let texts = (0..values.len()).map(|row| {
        if values.is_null(row) || values.data_type().is_null() {
            return Ok(None);
        }
        let mut text = String::new();
        write_json(&mut text, values.as_ref(), json, row)?;
        Ok(Some(text))
    });
    texts.collect()
}

fn write_json(text: &mut String, values: &dyn Array, json: bool, row: usize) -> Result<()> {
    if values.is_null(row) {
        text.push_str("null");
        return Ok(());
    }
    match values.data_type() {
        DataType::List(item) => {
            let items = values.as_list::<i32>().value(row);
            members(text, ['[', ']'], items.len(), |text, at| {
                write_json(text, items.as_ref(), is_json(item), at)
            })
        }
        DataType::Map(entries, _) => {
            let pairs = values.as_map().value(row);
            let json = matches!(entries.data_type(), DataType::Struct(pair) if pair.get(1).is_some_and(|value| is_json(value)));
            let (keys, values) = (pairs.column(0), pairs.column(1));
            members(text, ['{', '}'], keys.len(), |text, at| {
                write_name(text, &text_of(keys.as_ref(), at)?.unwrap_or_default());
                write_json(text, values.as_ref(), json, at)
            })
        }
        DataType::Struct(fields) => {
            let columns = values.as_struct().columns();
            members(text, ['{', '}'], fields.len(), |text, at| {
                write_name(text, fields[at].name());
                write_json(text, columns[at].as_ref(), is_json(&fields[at]), row)
            })
        }
        kind => {
            let shown = text_of(values, row)?.unwrap_or_default();
            if json
                || *kind == DataType::Boolean
                || (kind.is_numeric() && shown.ends_with(|last: char| last.is_ascii_digit()))
            {
                text.push_str(&shown);
            } else {
                text.push_str(&serde_json::Value::String(shown).to_string());
            }
            Ok(())
        }
    }
}

fn write_name(text: &mut String, name: &str) {
    text.push_str(&serde_json::Value::from(name).to_string());
    text.push(':');
}

fn members(
    text: &mut String,
    [open, close]: [char; 2],
    count: usize,
    each: impl Fn(&mut String, usize) -> Result<()>,
) -> Result<()> {
    text.push(open);
    for at in 0..count {
        if at > 0 {
            text.push(',');
        }
        each(text, at)?;
    }
    text.push(close);
    Ok(())
}

/// Turns the casts that are Arrow's own into DataFusion's, which its optimizer knows, and those of JSON into ones that know it.
#[derive(Debug)]
pub struct PlainCasts;

impl FunctionRewrite for PlainCasts {
    fn name(&self) -> &str {
        "plain_casts"
    }

    fn rewrite(
        &self,
        expr: Expr,
        schema: &DFSchema,
        _: &ConfigOptions,
    ) -> Result<Transformed<Expr>> {
        let Expr::ScalarFunction(ScalarFunction { func, args }) = &expr else {
            return Ok(Transformed::no(expr));
        };
        let (CAST | TRY_CAST, [value, Expr::Literal(name, _)]) = (func.name(), args.as_slice())
        else {
            return Ok(Transformed::no(expr));
        };
        let kind = kind_of(Some(name))?;
        let Ok((_, field)) = value.to_field(schema) else {
            return Ok(Transformed::no(expr));
        };
        let ours = match kind {
            Kind::Json | Kind::Array(_) | Kind::Map(..) | Kind::Row(_) => true,
            Kind::Integer(_) => field.data_type().is_floating() || field.data_type().is_decimal(),
            Kind::Short(_) => true,
            Kind::Varchar => !field.data_type().is_string() && !field.data_type().is_integer(),
            _ => false,
        };
        if is_json(&field) {
            let known = json_cast(func.name() == TRY_CAST);
            return Ok(Transformed::yes(known.call(args.clone())));
        }
        if ours || field.data_type().is_null() {
            return Ok(Transformed::no(expr));
        }
        let (value, kind) = (Box::new(value.clone()), kind.data_type());
        let plain = if func.name() == CAST {
            Expr::Cast(Cast::new(value, kind))
        } else {
            Expr::TryCast(TryCast::new(value, kind))
        };
        Ok(Transformed::yes(plain))
    }
}
