use serde_json::{Number, Value};
use toml::de::DeValue;

/// A value as JSON; none for what JSON has not: dates, numbers that are no JSON numbers.
pub(super) fn json(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => text.to_string().into(),
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Integer(number) if number.radix() == 10 => {
            Value::Number(number.as_str().parse::<i64>().ok()?.into())
        }
        DeValue::Float(number) => Value::Number(Number::from_f64(number.as_str().parse().ok()?)?),
        DeValue::Array(values) => {
            let values = values.iter().map(|value| json(value.get_ref()));
            values.collect::<Option<Vec<_>>>()?.into()
        }
        DeValue::Table(table) => {
            let members = table
                .iter()
                .map(|(name, value)| Some((name.get_ref().to_string(), json(value.get_ref())?)));
            Value::Object(members.collect::<Option<_>>()?)
        }
        DeValue::Integer(_) | DeValue::Datetime(_) => return None,
    })
}
