//! Names in the model, as Rust spells them.

/// `sso-admin` becomes `sso_admin`.
pub fn module(service: &str) -> String {
    service.replace('-', "_")
}

/// `PermissionSetARN` becomes `permission_set_arn`, `Type` becomes `r#type`.
pub fn field(member: &str) -> String {
    let chars: Vec<char> = member.chars().collect();
    let mut name = String::new();
    for (at, &c) in chars.iter().enumerate() {
        if c.is_ascii_uppercase() && at > 0 {
            let before = chars[at - 1];
            let after_is_lower = chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
            // A plural `s` after initials belongs to them: `AccountIDs`.
            let plural = chars.get(at + 1) == Some(&'s')
                && chars.get(at + 2).is_none_or(char::is_ascii_uppercase);
            if before != '_' && (!before.is_ascii_uppercase() || (after_is_lower && !plural)) {
                name.push('_');
            }
        }
        name.push(if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '_'
        });
    }
    if KEYWORDS.contains(&name.as_str()) {
        format!("r#{name}")
    } else {
        name
    }
}

const KEYWORDS: [&str; 30] = [
    "as", "async", "await", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "final", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move",
    "override", "ref", "static", "type", "use", "virtual", "where",
];
