//! From JSON to a pattern.

use serde_json::{Map, Value};

use super::PatternError;
use super::condition::Condition;
use super::number::{FARTHEST, Range};
use super::object::{Field, Object};
use super::text::{TextTest, Wildcard};

/// How deep objects may be nested.
const DEEPEST: usize = 32;

/// Where something stands in a pattern: the names of fields, from the outermost.
#[derive(Default)]
pub(super) struct Place(pub(super) Vec<String>);

impl Place {
    pub(super) fn wrong<T>(&self, why: impl Into<String>) -> Result<T, PatternError> {
        let path = match self.0.is_empty() {
            true => "the pattern".to_owned(),
            false => self.0.join("."),
        };
        let why = why.into();
        Err(PatternError::Field { path, why })
    }

    fn inside<T>(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut Self) -> Result<T, PatternError>,
    ) -> Result<T, PatternError> {
        if self.0.len() >= DEEPEST {
            return self.wrong(format!("nested more than {DEEPEST} deep"));
        }
        self.0.push(name.to_owned());
        let done = work(self);
        self.0.pop();
        done
    }
}

/// Reads a whole pattern.
pub(super) fn pattern(value: &Value) -> Result<Object, PatternError> {
    let mut place = Place::default();
    match value {
        Value::Object(fields) => object(fields, &mut place),
        _ => place.wrong("expected an object"),
    }
}

fn object(fields: &Map<String, Value>, place: &mut Place) -> Result<Object, PatternError> {
    if fields.is_empty() {
        return place.wrong("an empty object matches nothing in particular: name a field");
    }
    let mut read = Object::default();
    for (name, value) in fields {
        place.inside(name, |place| {
            match value {
                Value::Array(list) if name == "$or" => read.choices.push(choices(list, place)?),
                Value::Object(fields) => {
                    let below = Field::Below(object(fields, place)?);
                    read.fields.push((name.clone(), below));
                }
                Value::Array(list) => {
                    let values = Field::Value(conditions(list, place)?);
                    read.fields.push((name.clone(), values));
                }
                _ => return place.wrong("expected an object, or a list of values"),
            }
            Ok(())
        })?;
    }
    Ok(read)
}

fn choices(list: &[Value], place: &mut Place) -> Result<Vec<Object>, PatternError> {
    if list.len() < 2 {
        return place.wrong("expected two objects or more to choose from");
    }
    let choice = |value: &Value| match value {
        Value::Object(fields) => object(fields, place),
        _ => place.wrong("expected a list of objects"),
    };
    list.iter().map(choice).collect()
}

fn conditions(list: &[Value], place: &mut Place) -> Result<Vec<Condition>, PatternError> {
    if list.is_empty() {
        return place.wrong("an empty list matches nothing");
    }
    let condition = |value: &Value| match value {
        Value::Object(fields) => match one(fields) {
            Some((operator, operand)) => place.inside(operator, |place| {
                condition(operator, operand).or_else(|why| place.wrong(why))
            }),
            None => place.wrong("a condition is an object with one field"),
        },
        Value::Array(_) => place.wrong("a list within a list"),
        scalar => Ok(Condition::Is(scalar.clone())),
    };
    list.iter().map(condition).collect()
}

/// The only field of an object.
fn one(fields: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut all = fields.iter();
    match (all.next(), all.next()) {
        (Some((name, value)), None) => Some((name, value)),
        _ => None,
    }
}

/// A condition, or what is wrong with it.
fn condition(operator: &str, operand: &Value) -> Result<Condition, String> {
    match operator {
        "exists" => {
            let wanted = operand.as_bool().ok_or("expected true or false")?;
            Ok(Condition::Exists(wanted))
        }
        "numeric" => range(operand).map(Condition::Number),
        "cidr" => {
            let text = operand.as_str().ok_or("expected a text")?;
            let network = text.parse();
            network
                .map(Condition::Network)
                .map_err(|_| "expected a network, such as 10.0.0.0/24".to_owned())
        }
        "anything-but" => anything_but(operand),
        _ => text_test(operator, operand).map(Condition::Text),
    }
}

fn text_test(operator: &str, operand: &Value) -> Result<TextTest, String> {
    let ignoring_case = operand.as_object().and_then(one);
    match (operator, operand, ignoring_case) {
        ("prefix", Value::String(text), _) => Ok(TextTest::Prefix(text.clone())),
        ("suffix", Value::String(text), _) => Ok(TextTest::Suffix(text.clone())),
        ("prefix", _, Some(("equals-ignore-case", Value::String(text)))) => {
            Ok(TextTest::PrefixIgnoringCase(text.clone()))
        }
        ("suffix", _, Some(("equals-ignore-case", Value::String(text)))) => {
            Ok(TextTest::SuffixIgnoringCase(text.clone()))
        }
        ("equals-ignore-case", Value::String(text), _) => Ok(TextTest::IgnoringCase(text.clone())),
        ("wildcard", Value::String(text), _) => Ok(TextTest::Wildcard(Wildcard::parse(text)?)),
        ("prefix" | "suffix", _, _) => {
            Err("expected a text, or an object with `equals-ignore-case`".to_owned())
        }
        ("equals-ignore-case" | "wildcard", _, _) => Err("expected a text".to_owned()),
        _ => Err("no such condition".to_owned()),
    }
}

fn anything_but(operand: &Value) -> Result<Condition, String> {
    let what = "expected a text, a number, a list of either, or an object with one condition";
    if let Some(fields) = operand.as_object() {
        let (operator, operand) = one(fields).ok_or(what)?;
        let texts = match operand {
            Value::Array(list) => list.as_slice(),
            single => std::slice::from_ref(single),
        };
        if texts.is_empty() || texts.iter().any(|text| text.as_str() == Some("")) {
            return Err(format!("`{operator}`: expected texts that are not empty"));
        }
        let tests = texts.iter().map(|text| match text {
            Value::String(_) => text_test(operator, text),
            _ => Err("expected a text".to_owned()),
        });
        return tests
            .collect::<Result<_, _>>()
            .map(Condition::NoText)
            .map_err(|why| format!("`{operator}`: {why}"));
    }
    let values = match operand {
        Value::Array(list) => list.clone(),
        single => vec![single.clone()],
    };
    let (texts, numbers) = (
        values.iter().all(Value::is_string),
        values.iter().all(Value::is_number),
    );
    match !values.is_empty() && (texts || numbers) {
        true => Ok(Condition::NoneOf(values)),
        false => Err(what.to_owned()),
    }
}

fn range(operand: &Value) -> Result<Range, String> {
    let what = "expected a list such as [\">\", 0, \"<=\", 5], or [\"=\", 3]";
    let list = operand.as_array().ok_or(what)?;
    let mut range = Range::ALL;
    for pair in list.chunks(2) {
        let [Value::String(sign), Value::Number(number)] = pair else {
            return Err(what.to_owned());
        };
        let bound = number
            .as_f64()
            .filter(|bound| bound.abs() <= FARTHEST)
            .ok_or("numbers lie between -5e9 and 5e9")?;
        let (has_low, has_high) = (range.low != Range::ALL.low, range.high != Range::ALL.high);
        match sign.as_str() {
            "=" if list.len() == 2 => {
                range.low = (bound, true);
                range.high = (bound, true);
            }
            ">" | ">=" if !has_low => range.low = (bound, sign == ">="),
            "<" | "<=" if !has_high => range.high = (bound, sign == "<="),
            _ => return Err(what.to_owned()),
        }
    }
    match list.is_empty() {
        true => Err(what.to_owned()),
        false if range.is_empty() => Err("no number is in this range".to_owned()),
        false => Ok(range),
    }
}
