//! What AWS asks of a document of each kind, in the order in which AWS complains.

use std::collections::HashSet;

use crate::{
    document::{Document, RawList, RawStatement},
    error::PolicyError,
    glob::{Case, matches, push_wildcards},
    kind::PolicyKind,
};

/// The actions a trust policy may be about.
const TRUST_ACTIONS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
];

/// Applies every rule of the kind to a document of sound shape.
pub(crate) fn check(document: &Document, kind: PolicyKind) -> Result<(), PolicyError> {
    let only_2012 =
        matches!(kind, PolicyKind::Managed | PolicyKind::Boundary) || kind.is_organization();
    if only_2012 && document.version.as_deref() != Some("2012-10-17") {
        let message = "Policy document must be version 2012-10-17 or greater.";
        return Err(PolicyError::new(message, "Version must be 2012-10-17"));
    }
    let each = |rule: fn(&RawStatement, PolicyKind) -> Checked| {
        document
            .statements
            .iter()
            .enumerate()
            .try_for_each(|(index, statement)| {
                rule(statement, kind).map_err(|(message, detail)| {
                    PolicyError::new(message, format!("statement {}: {detail}", index + 1))
                })
            })
    };
    each(effect)?;
    each(principal)?;
    sids(document, kind)?;
    each(has_actions)?;
    each(has_resources)?;
    each(resources)?;
    each(actions)
}

/// The refusal is AWS's text and what is wrong.
type Checked = Result<(), (String, String)>;

fn refuse(message: impl Into<String>, detail: impl Into<String>) -> Checked {
    Err((message.into(), detail.into()))
}

fn effect(statement: &RawStatement, _: PolicyKind) -> Checked {
    match statement.effect.as_str() {
        "Allow" | "Deny" => Ok(()),
        _ => refuse(
            "The policy failed legacy parsing",
            "Effect is Allow or Deny, in this letter case",
        ),
    }
}

fn principal(statement: &RawStatement, kind: PolicyKind) -> Checked {
    match (&statement.principal, kind.has_principal()) {
        (Some(_), false) => refuse(
            "Policy document should not specify a principal.",
            "Principal has no place in this kind of policy",
        ),
        (None, true) => refuse("Missing required field Principal", "Principal is missing"),
        _ => Ok(()),
    }
}

fn sids(document: &Document, kind: PolicyKind) -> Result<(), PolicyError> {
    let mut seen = HashSet::new();
    for sid in document
        .statements
        .iter()
        .filter_map(|statement| statement.sid.as_deref())
    {
        // Services with resource-based policies take any text; IAM and Organizations don't.
        if kind != PolicyKind::Resource && !sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let message = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*";
            return Err(PolicyError::new(
                message,
                format!("Sid `{sid}` has other characters than letters and digits"),
            ));
        }
        if !sid.is_empty() && !seen.insert(sid) {
            let message = "Statement IDs (SID) in a single policy must be unique.";
            return Err(PolicyError::new(
                message,
                format!("Sid `{sid}` is used twice"),
            ));
        }
    }
    Ok(())
}

fn has_actions(statement: &RawStatement, kind: PolicyKind) -> Checked {
    match &statement.action {
        Some(list) if !list.texts.is_empty() => Ok(()),
        _ if kind == PolicyKind::Trust => {
            refuse("Missing required field Action", "Action is missing")
        }
        _ => refuse(
            "Policy statement must contain actions.",
            "Action is missing or empty",
        ),
    }
}

fn has_resources(statement: &RawStatement, kind: PolicyKind) -> Checked {
    match (&statement.resource, kind) {
        (Some(list), PolicyKind::Trust) => {
            let name = if list.not { "NotResource" } else { "Resource" };
            refuse(
                format!("Has prohibited field {name}"),
                "a trust policy is about its own role",
            )
        }
        (Some(list), _) if !list.texts.is_empty() => Ok(()),
        // Several services fill in the resource that the policy is attached to.
        (None, PolicyKind::Trust | PolicyKind::Resource) => Ok(()),
        _ => refuse(
            "Policy statement must contain resources.",
            "Resource is missing or empty",
        ),
    }
}

fn resources(statement: &RawStatement, kind: PolicyKind) -> Checked {
    // Resource-based policies also name resources in their service's own ways.
    let texts = match &statement.resource {
        Some(list) if kind != PolicyKind::Resource => list.texts.as_slice(),
        _ => return Ok(()),
    };
    for text in texts.iter().filter(|text| *text != "*") {
        let Some(rest) = text.strip_prefix("arn:") else {
            return refuse(
                format!("Resource {text} must be in ARN format or \"*\"."),
                format!("Resource `{text}` is neither an ARN nor `*`"),
            );
        };
        let (partition, rest) = rest.split_once(':').unwrap_or((rest, ""));
        if !partition.starts_with("aws") && !partition.contains(['*', '?', '$']) {
            let mut parts = rest
                .splitn(4, ':')
                .map(|part| if part.is_empty() { "*" } else { part });
            let mut next = || parts.next().unwrap_or("*");
            let whole = format!(
                "arn:{partition}:{}:{}:{}:{}",
                next(),
                next(),
                next(),
                next()
            );
            return refuse(
                format!("Partition \"{partition}\" is not valid for resource \"{whole}\"."),
                format!("`{partition}` is not a partition"),
            );
        }
        if rest.is_empty() && !partition.ends_with('*') {
            return refuse(
                "Resource vendor must be fully qualified and cannot contain regexes.",
                format!("Resource `{text}` names no service"),
            );
        }
        if text.contains("::") && text.matches(':').count() < 5 && !text.ends_with('*') {
            return refuse(
                "The policy failed legacy parsing",
                format!("Resource `{text}` is not a whole ARN"),
            );
        }
    }
    Ok(())
}

fn actions(statement: &RawStatement, kind: PolicyKind) -> Checked {
    let Some(RawList { not, texts }) = &statement.action else {
        return Ok(());
    };
    for text in texts
        .iter()
        .filter(|text| *text != "*" || kind == PolicyKind::Trust)
    {
        if kind == PolicyKind::Trust {
            let mut pattern = Vec::new();
            push_wildcards(&mut pattern, text);
            let sts = text
                .get(..4)
                .is_some_and(|start| start.eq_ignore_ascii_case("sts:"));
            if !sts
                || (!not
                    && !TRUST_ACTIONS
                        .iter()
                        .any(|action| matches(&pattern, action, Case::Ignored)))
            {
                return refuse(
                    "AssumeRole policy may only specify STS AssumeRole actions.",
                    format!("`{text}` is not an action of a trust policy"),
                );
            }
            continue;
        }
        let Some((vendor, name)) = text.split_once(':') else {
            return refuse(
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                format!("`{text}` has no service in front"),
            );
        };
        if name.contains(':') {
            let message = "Actions/Condition can contain only one colon.";
            return refuse(message, format!("`{text}` has several colons"));
        }
        // SCPs may have wildcards anywhere in an action since September 2025.
        let wild = |b: u8| kind.is_organization() && (b == b'*' || b == b'?');
        let valid = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.' || wild(b);
        if vendor != "*" && (vendor.is_empty() || !vendor.bytes().all(valid)) {
            return refuse(
                format!("Vendor {vendor} is not valid"),
                format!("`{vendor}` is not a service"),
            );
        }
    }
    Ok(())
}
