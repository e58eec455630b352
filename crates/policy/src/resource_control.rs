/// The services whose resources resource control policies bind (Organizations user guide, "List of AWS services that
/// support RCPs"), by the prefix of their actions.
const SERVICES: [&str; 10] = [
    "aoss",
    "cognito-identity",
    "cognito-idp",
    "dynamodb",
    "ecr",
    "kms",
    "logs",
    "s3",
    "secretsmanager",
    "sqs",
];

/// Whether resource control policies bind calls of an action.
///
/// Of STS they bind what is asked of a role: actions that no resource is asked for are the caller's own affair.
///
/// ```
/// use atrium_policy::is_resource_controlled;
///
/// assert!(is_resource_controlled("s3:GetObject"));
/// assert!(is_resource_controlled("sts:AssumeRole"));
/// assert!(!is_resource_controlled("sts:GetCallerIdentity"));
/// assert!(!is_resource_controlled("iam:GetRole"));
/// ```
pub fn is_resource_controlled(action: &str) -> bool {
    let Some((service, name)) = action.split_once(':') else {
        return false;
    };
    if service.eq_ignore_ascii_case("sts") {
        return [
            "AssumeRole",
            "SetSourceIdentity",
            "TagSession",
            "SetContext",
        ]
        .iter()
        .any(|start| {
            name.get(..start.len())
                .is_some_and(|own| own.eq_ignore_ascii_case(start))
        });
    }
    SERVICES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(service))
}
