//! What tag policies say beyond their shape (Organizations user guide, "Tag policy syntax").

use std::collections::HashMap;

use serde_json::Value;

use super::{Faults, Step};

/// The tag keys of one resource at most, so of what a policy can ask of it.
const KEYS: usize = 50;

/// The services, by the prefix of their resource types, whose resources can be held to a tag policy; with the types,
/// where there are so few that all are known.
const SERVICES: &[(&str, &[&str])] = &[
    ("access-analyzer", &[]),
    ("acm", &["certificate"]),
    ("acm-pca", &["certificate-authority"]),
    ("airflow", &[]),
    ("amplify", &[]),
    ("apigateway", &[]),
    ("appconfig", &[]),
    ("appflow", &[]),
    ("appmesh", &[]),
    ("apprunner", &[]),
    ("appstream", &[]),
    ("appsync", &[]),
    ("aps", &[]),
    ("athena", &[]),
    ("auditmanager", &[]),
    ("autoscaling", &[]),
    ("backup", &[]),
    ("batch", &[]),
    ("bedrock", &[]),
    ("cassandra", &[]),
    ("cloud9", &[]),
    ("cloudformation", &[]),
    ("cloudfront", &[]),
    ("cloudtrail", &[]),
    ("cloudwatch", &[]),
    ("codeartifact", &[]),
    ("codebuild", &[]),
    ("codecommit", &[]),
    ("codedeploy", &[]),
    ("codeguru-reviewer", &[]),
    ("codepipeline", &[]),
    ("codestar-connections", &[]),
    ("cognito-identity", &[]),
    ("cognito-idp", &[]),
    ("comprehend", &[]),
    ("config", &[]),
    ("connect", &[]),
    ("datasync", &[]),
    ("dax", &[]),
    ("directconnect", &[]),
    ("dlm", &[]),
    ("dms", &[]),
    ("ds", &[]),
    ("dynamodb", &["table"]),
    ("ec2", &[]),
    ("ecr", &["repository"]),
    ("ecr-public", &["repository"]),
    ("ecs", &[]),
    ("eks", &[]),
    ("elasticache", &[]),
    ("elasticbeanstalk", &[]),
    ("elasticfilesystem", &[]),
    ("elasticloadbalancing", &[]),
    ("elasticmapreduce", &[]),
    ("emr-containers", &[]),
    ("emr-serverless", &[]),
    ("es", &["domain"]),
    ("events", &[]),
    ("evidently", &[]),
    ("firehose", &["deliverystream"]),
    ("fis", &[]),
    ("frauddetector", &[]),
    ("fsx", &[]),
    ("gamelift", &[]),
    ("glacier", &[]),
    ("globalaccelerator", &[]),
    ("glue", &[]),
    ("greengrass", &[]),
    ("guardduty", &[]),
    ("iam", &[]),
    ("imagebuilder", &[]),
    ("inspector", &[]),
    ("inspector2", &[]),
    ("iot", &[]),
    ("iotanalytics", &[]),
    ("iotevents", &[]),
    ("iotsitewise", &[]),
    ("ivs", &[]),
    ("kafka", &[]),
    ("kinesis", &[]),
    ("kinesisanalytics", &[]),
    ("kinesisvideo", &[]),
    ("kms", &["key"]),
    ("lambda", &[]),
    ("lex", &[]),
    ("lightsail", &[]),
    ("logs", &[]),
    ("macie2", &[]),
    ("mediaconvert", &[]),
    ("mediapackage", &[]),
    ("memorydb", &[]),
    ("mobiletargeting", &[]),
    ("mq", &[]),
    ("network-firewall", &[]),
    ("networkmanager", &[]),
    ("opsworks", &[]),
    ("organizations", &[]),
    ("outposts", &[]),
    ("pipes", &[]),
    ("qldb", &[]),
    ("quicksight", &[]),
    ("ram", &[]),
    ("rds", &[]),
    ("redshift", &[]),
    ("redshift-serverless", &[]),
    ("resource-groups", &[]),
    ("robomaker", &[]),
    ("route53", &[]),
    ("route53resolver", &[]),
    ("s3", &[]),
    ("sagemaker", &[]),
    ("scheduler", &[]),
    ("schemas", &[]),
    ("secretsmanager", &["secret"]),
    ("securityhub", &[]),
    ("servicecatalog", &[]),
    ("servicediscovery", &[]),
    ("ses", &[]),
    ("signer", &[]),
    ("sns", &["topic"]),
    ("sqs", &["queue"]),
    ("ssm", &[]),
    ("states", &[]),
    ("storagegateway", &[]),
    ("synthetics", &[]),
    ("timestream", &[]),
    ("transfer", &[]),
    ("vpc-lattice", &[]),
    ("waf", &[]),
    ("wafv2", &[]),
    ("wisdom", &[]),
    ("worklink", &[]),
    ("workspaces", &[]),
    ("xray", &[]),
];

fn key(text: &str) -> Step {
    Step::Key(text.to_owned())
}

pub(super) fn check(document: &Value, faults: &mut Faults) {
    let Some(rules) = document.get("tags").and_then(Value::as_object) else {
        return;
    };
    if rules.len() > KEYS {
        let message = format!(
            "There are {} tag keys; a resource has at most {KEYS}.",
            rules.len()
        );
        faults.add(&[key("tags")], "MAX_TAG_KEYS_EXCEEDED", message);
    }
    let mut spelled: HashMap<String, &str> = HashMap::new();
    for (name, rule) in rules {
        let at = |member: &str| vec![key("tags"), key(name), key(member)];
        if let Some(tag_key) = rule.get("tag_key").and_then(Value::as_str) {
            if tag_key.to_lowercase() != name.to_lowercase() {
                faults.add(
                    &at("tag_key"),
                    "TAG_KEY_MISMATCH",
                    format!("The tag key must be {name}, in any letters."),
                );
            }
            if let Some(other) = spelled.insert(tag_key.to_lowercase(), tag_key) {
                let message = match other == tag_key {
                    true => format!("The tag key {tag_key} has several rules."),
                    false => format!("The tag key {tag_key} is also spelled {other}."),
                };
                faults.add(&at("tag_key"), "TAG_KEY_CONFLICT", message);
            }
            if tag_key.to_lowercase().starts_with("aws:") {
                let message = "Tag keys that begin with aws: are reserved.";
                faults.add(&at("tag_key"), "VALUE_INVALID", message);
            }
        }
        let items = |member: &str| {
            rule.get(member)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
        };
        for (number, value) in items("tag_value").enumerate() {
            if value
                .as_str()
                .is_some_and(|text| text.matches('*').count() > 1)
            {
                let mut at = at("tag_value");
                at.push(Step::Item(number));
                faults.add(&at, "VALUE_INVALID", "A value can have one wildcard only.");
            }
        }
        for member in ["enforced_for", "report_required_tag_for"] {
            for (number, value) in items(member).enumerate() {
                if let Err(message) = value.as_str().map_or(Ok(()), resource_type) {
                    let mut at = at(member);
                    at.push(Step::Item(number));
                    faults.add(&at, "RESOURCE_TYPE_INVALID", message);
                }
            }
        }
    }
}

/// `service:type`, `service:*` or `service:ALL_SUPPORTED`.
fn resource_type(text: &str) -> Result<(), String> {
    let Some((service, kind)) = text.split_once(':') else {
        return Err(format!("{text} is not written SERVICE:RESOURCE_TYPE."));
    };
    let Some((_, kinds)) = SERVICES.iter().find(|(name, _)| *name == service) else {
        return Err(format!("{service} is no service that tag policies know."));
    };
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_/.".contains(&b);
    let written = !kind.is_empty() && kind.bytes().all(fits);
    let known = kinds.is_empty() || kinds.contains(&kind);
    match kind {
        "*" | "ALL_SUPPORTED" => Ok(()),
        _ if written && known => Ok(()),
        _ => Err(format!("{service} has no resource type {kind}.")),
    }
}
