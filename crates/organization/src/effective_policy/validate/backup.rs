//! What backup policies say beyond their shape (Organizations user guide, "Backup policy syntax").

use serde_json::Value;

use super::shape::number;
use super::{Faults, Step};

/// Days that a backup has to stay in cold storage.
const COLD: i64 = 90;

pub(super) fn check(document: &Value, faults: &mut Faults) {
    let plans = document.get("plans").and_then(Value::as_object);
    for (plan, value) in plans.into_iter().flatten() {
        let rules = value.get("rules").and_then(Value::as_object);
        for (rule, value) in rules.into_iter().flatten() {
            let mut at = ["plans", plan, "rules", rule]
                .map(|key| Step::Key(key.to_owned()))
                .to_vec();
            lifecycle(value, &at, faults);
            window(value, &at, faults);
            at.push(Step::Key("copy_actions".to_owned()));
            let copies = value.get("copy_actions").and_then(Value::as_object);
            for (copy, value) in copies.into_iter().flatten() {
                at.push(Step::Key(copy.clone()));
                lifecycle(value, &at, faults);
                at.pop();
            }
        }
    }
}

fn lifecycle(rule: &Value, at: &[Step], faults: &mut Faults) {
    let days = |name: &str| {
        rule.get("lifecycle")
            .and_then(|days| days.get(name))
            .and_then(number)
    };
    let (cold, end) = (
        days("move_to_cold_storage_after_days"),
        days("delete_after_days"),
    );
    if let (Some(cold), Some(end)) = (cold, end)
        && end < cold.saturating_add(COLD)
    {
        let mut at = at.to_vec();
        at.push(Step::Key("lifecycle".to_owned()));
        faults.add(
            &at,
            "VALUE_OUT_OF_RANGE",
            format!("delete_after_days must be at least {COLD} days more than move_to_cold_storage_after_days."),
        );
    }
}

fn window(rule: &Value, at: &[Step], faults: &mut Faults) {
    let minutes = |name: &str| rule.get(name).and_then(number);
    let begin = minutes("start_backup_window_minutes");
    let end = minutes("complete_backup_window_minutes");
    if let (Some(begin), Some(end)) = (begin, end)
        && end < begin.saturating_add(60)
    {
        let mut at = at.to_vec();
        at.push(Step::Key("complete_backup_window_minutes".to_owned()));
        faults.add(
            &at,
            "VALUE_OUT_OF_RANGE",
            "complete_backup_window_minutes must be at least 60 minutes more than start_backup_window_minutes.",
        );
    }
}
