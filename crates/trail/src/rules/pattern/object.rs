use serde_json::Value;

use super::condition::Condition;

/// The fields of a pattern's object, all of which must match.
#[derive(Clone, Debug, Default)]
pub(super) struct Object {
    pub(super) fields: Vec<(String, Field)>,
    /// `$or`: of each list one object must match.
    pub(super) choices: Vec<Vec<Object>>,
}

/// What a pattern says of a field.
#[derive(Clone, Debug)]
pub(super) enum Field {
    /// What is below it.
    Below(Object),
    /// What its value may be.
    Value(Vec<Condition>),
}

/// What came of holding a pattern against a piece of an event. In order: more is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// It does not match.
    No,
    /// It matches, as what must not be there is not.
    Absent,
    /// It matches, and something that is there had a part in it.
    Present,
}

impl Object {
    /// Judges a piece of an event; none where the event has nothing.
    ///
    /// Of a list one element must match. If a pattern only says what must not be there, it must be in no element.
    pub(super) fn judge(&self, event: Option<&Value>) -> Verdict {
        let Some(Value::Array(elements)) = event else {
            return self.judge_one(event);
        };
        let mut all = match elements.is_empty() {
            true => return self.judge_one(None),
            false => Verdict::Absent,
        };
        for element in elements {
            match self.judge(Some(element)) {
                Verdict::Present => return Verdict::Present,
                other => all = all.min(other),
            }
        }
        all
    }

    fn judge_one(&self, event: Option<&Value>) -> Verdict {
        let fields = self.fields.iter().map(|(name, field)| {
            let value = event.and_then(|event| event.get(name));
            match field {
                Field::Below(object) => object.judge(value),
                Field::Value(conditions) => judge_value(conditions, value),
            }
        });
        let choices = self.choices.iter().map(|objects| {
            let verdicts = objects.iter().map(|object| object.judge(event));
            verdicts.max().unwrap_or(Verdict::No)
        });
        let mut whole = Verdict::Absent;
        for verdict in fields.chain(choices) {
            match verdict {
                Verdict::No => return Verdict::No,
                other => whole = whole.max(other),
            }
        }
        whole
    }
}

fn judge_value(conditions: &[Condition], value: Option<&Value>) -> Verdict {
    let mut is_there = false;
    let holds = any_scalar(value, &mut |scalar| {
        is_there = true;
        conditions.iter().any(|condition| condition.holds(scalar))
    });
    let may_be_absent = || conditions.iter().any(Condition::is_absence);
    match () {
        () if holds => Verdict::Present,
        () if !is_there && may_be_absent() => Verdict::Absent,
        () => Verdict::No,
    }
}

/// Whether a test is passed by one of the values, of which a list has several and an object none.
fn any_scalar(value: Option<&Value>, test: &mut impl FnMut(&Value) -> bool) -> bool {
    match value {
        None | Some(Value::Object(_)) => false,
        Some(Value::Array(elements)) => elements
            .iter()
            .any(|element| any_scalar(Some(element), test)),
        Some(scalar) => test(scalar),
    }
}
