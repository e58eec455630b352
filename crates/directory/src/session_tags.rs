//! Attributes for access control: from a person's profile to the tags of their sessions.

use atrium_model::control::AccessControlAttribute;
use atrium_model::directory::{EnterpriseExtension, User};
use serde_json::Value;

/// The session tags of a person: each attribute whose first source that yields a text, in the order of the attributes.
///
/// Sources are written `${path:…}` (user guide, "Attributes for access control"). Attributes of Active Directory,
/// `${dir:…}`, have no values here.
pub fn session_tags(attributes: &[AccessControlAttribute], user: &User) -> Vec<(String, String)> {
    let profile = serde_json::to_value(&user.profile).unwrap_or_default();
    let tagged = attributes.iter().filter_map(|attribute| {
        let value = attribute
            .source
            .iter()
            .find_map(|source| value_of(&profile, source))?;
        Some((attribute.key.clone(), value))
    });
    tagged.collect()
}

fn value_of(profile: &Value, source: &str) -> Option<String> {
    let path = source.trim().strip_prefix("${path:")?.strip_suffix('}')?;
    let mut value = profile;
    for step in steps(path) {
        value = follow(value, step)?;
    }
    let text = value.as_str().filter(|text| !text.is_empty())?;
    Some(text.to_owned())
}

/// The parts of a path between the dots that stand outside of brackets and quotes.
fn steps(path: &str) -> Vec<&str> {
    let (mut steps, mut begin) = (Vec::new(), 0);
    let (mut bracketed, mut quoted) = (false, false);
    for (at, c) in path.char_indices() {
        match c {
            '"' if bracketed => quoted = !quoted,
            '[' if !quoted => bracketed = true,
            ']' if !quoted => bracketed = false,
            '.' if !bracketed => {
                steps.push(&path[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    steps.push(&path[begin..]);
    steps
}

/// The member a step names; of a list the first entry, or the first that the step's filter selects.
fn follow<'a>(value: &'a Value, step: &str) -> Option<&'a Value> {
    let (name, filter) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
        Some((name, filter)) => (name, Some(filter)),
        None => (step, None),
    };
    let name = match name {
        "enterprise" => EnterpriseExtension::NAME,
        name => name,
    };
    let member = member(value, name)?;
    match (member, filter) {
        (Value::Array(entries), None) => entries.first(),
        (Value::Array(entries), Some(filter)) => {
            let (name, wanted) = filter.split_once(" eq ")?;
            let wanted: Value = serde_json::from_str(wanted.trim()).ok()?;
            let fits = |entry: &&Value| self::member(entry, name.trim()) == Some(&wanted);
            entries.iter().find(fits)
        }
        (_, Some(_)) => None,
        (member, None) => Some(member),
    }
}

/// Names of attributes are the same in any case.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let mut members = value.as_object()?.iter();
    let (_, found) = members.find(|(member, _)| member.eq_ignore_ascii_case(name))?;
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn profile() -> Value {
        json!({
            "userName": "jane", "name": {"givenName": "Jane", "familyName": "Doe"}, "displayName": "Jane Doe", "title": "",
            "emails": [{"value": "jane@example.com", "type": "work", "primary": true}],
            "phoneNumbers": [{"value": "+1", "type": "home"}],
            "addresses": [{"locality": "Oslo", "type": "work"}],
            "aws:identitystore:enterprise": {"costCenter": "42", "manager": {"value": "boss"}},
        })
    }

    #[test]
    fn sources_lead_to_texts_of_the_profile() {
        let cases = [
            ("${path:userName}", Some("jane")),
            ("${path:username}", Some("jane")),
            ("${path:name.familyName}", Some("Doe")),
            ("${path:enterprise.costCenter}", Some("42")),
            ("${path:enterprise.manager.value}", Some("boss")),
            ("${path:enterprise.department}", None),
            (
                "${path:emails[primary eq true].value}",
                Some("jane@example.com"),
            ),
            ("${path:emails.value}", Some("jane@example.com")),
            ("${path:emails[type eq \"home\"].value}", None),
            ("${path:phoneNumbers[type eq \"work\"].value}", None),
            ("${path:addresses[type eq \"work\"].locality}", Some("Oslo")),
            ("${path:title}", None),
            ("${path:name}", None),
            ("${path:name[a eq 1].familyName}", None),
            ("${path:emails[}", None),
            ("${path:}", None),
            ("${dir:email}", None),
            ("userName", None),
            ("", None),
        ];
        for (source, want) in cases {
            assert_eq!(value_of(&profile(), source).as_deref(), want, "{source}");
        }
    }

    proptest! {
        #[test]
        fn no_source_makes_it_panic(path in "[a-zé.\\[\\]\" =]{0,40}|\\PC{0,40}") {
            let _ = value_of(&profile(), &format!("${{path:{path}}}"));
            let _ = value_of(&profile(), &path);
        }
    }
}
