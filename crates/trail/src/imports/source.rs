use atrium_model::Timestamp;
use atrium_model::lake::Import;
use atrium_store::ObjectSummary;

use super::ImportRuleError;
use crate::ingest::day_of;

/// How long before a file is delivered the events in it may have happened.
const LATE: i64 = 24 * 3600 * 1000;

/// Where log files lie: a bucket, and what their keys begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLocation {
    /// The bucket.
    pub bucket: String,
    /// A folder with its slash; empty for the whole bucket.
    pub prefix: String,
}

/// Reads `s3://BUCKET[/PREFIX]`.
pub fn import_location(uri: &str) -> Result<ImportLocation, ImportRuleError> {
    let invalid = || {
        ImportRuleError::Source(format!(
            "{uri} is not the URI of a bucket or a folder in it."
        ))
    };
    let place = uri.strip_prefix("s3://").ok_or_else(invalid)?;
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b);
    let is_name = (3..=63).contains(&bucket.len()) && bucket.bytes().all(fits);
    // No key is longer, and none holds such a character.
    if !is_name || prefix.len() > 1024 || prefix.contains('\0') {
        return Err(invalid());
    }
    let mut prefix = prefix.to_owned();
    if !prefix.is_empty() && !prefix.ends_with('/') {
        prefix.push('/');
    }
    Ok(ImportLocation {
        bucket: bucket.to_owned(),
        prefix,
    })
}

impl ImportLocation {
    /// The location of an object, as ListImportFailures tells it; of the folder, if the key is empty.
    pub fn uri(&self, name: &str) -> String {
        let name = match name {
            "" => &self.prefix,
            name => name,
        };
        format!("s3://{}/{name}", self.bucket)
    }

    /// Whether a key is that of a log file which is to be imported.
    ///
    /// "CloudTrail only imports events contained in the S3 bucket's CloudTrail prefix and the prefixes inside [it], and does
    /// not check prefixes for other AWS services. If you want to import CloudTrail events contained in another prefix, you
    /// must include the prefix in the S3LocationUri." (StartImport)
    fn holds(&self, name: &str) -> bool {
        let Some(rest) = name.strip_prefix(self.prefix.as_str()) else {
            return false;
        };
        if !rest.ends_with(".json.gz") {
            return false;
        }
        let folders = |path: &str, is: fn(&str) -> bool| path.split('/').any(is);
        let Some((path, _)) = name.rsplit_once('/') else {
            return false;
        };
        if folders(path, |folder| folder == "CloudTrail-Digest") {
            return false;
        }
        if folders(path, |folder| folder == "CloudTrail") {
            return true;
        }
        let beneath = rest.rsplit_once('/').map_or("", |(path, _)| path);
        let is_another = |folder: &str| folder == "AWSLogs" || folder.starts_with("CloudTrail-");
        !self.prefix.is_empty() && !folders(beneath, is_another)
    }

    /// Whether an import takes an object: a log file that was there when the import was asked for, and whose name doesn't
    /// tell that all its events are out of the range of time.
    pub(super) fn takes(&self, import: &Import, object: &ObjectSummary) -> bool {
        self.holds(&object.name)
            && object.modified <= import.created
            && day_of_name(&object.name).is_none_or(|day| is_near(import, &day))
    }
}

/// The day in the name of a log file, `ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_RANDOM.json.gz`, such as `2026-01-05`.
fn day_of_name(name: &str) -> Option<String> {
    let file = name.rsplit('/').next()?;
    let stamp = file.split('_').nth(3)?;
    let (day, time) = stamp.split_once('T')?;
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_stamp = day.len() == 8 && is_digits(day) && is_digits(time.trim_end_matches('Z'));
    is_stamp.then(|| format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]))
}

/// Whether files of a day may hold events of the import's range: they are delivered a little after what they tell of.
fn is_near(import: &Import, day: &str) -> bool {
    let later = |time: Timestamp| Timestamp::from_millis(time.as_millis().saturating_add(LATE));
    let begins = import.from.is_none_or(|from| day >= &*day_of(from));
    let ends = import.to.is_none_or(|to| day <= &*day_of(later(to)));
    begins && ends
}

/// What a key begins with, up to its last slash.
pub(super) fn folder_of(name: &str) -> &str {
    name.rfind('/').map_or("", |at| &name[..=at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_a_bucket_and_a_folder() {
        let cases = [
            ("s3://logs", Some(("logs", ""))),
            ("s3://logs/", Some(("logs", ""))),
            ("s3://logs/a/b", Some(("logs", "a/b/"))),
            ("s3://logs/a/b/", Some(("logs", "a/b/"))),
            ("s3://lo", None),
            ("s3://LOGS", None),
            ("s3://", None),
            ("logs", None),
            ("https://logs.s3.amazonaws.com/", None),
            ("s3://logs/a\0b", None),
        ];
        for (uri, want) in cases {
            let found = import_location(uri).ok();
            let found = found.as_ref().map(|at| (&*at.bucket, &*at.prefix));
            assert_eq!(found, want, "{uri}");
        }
        let at = import_location("s3://logs/a").expect("a location");
        assert_eq!(at.uri(""), "s3://logs/a/");
        assert_eq!(at.uri("a/k"), "s3://logs/a/k");
    }

    #[test]
    fn only_log_files_are_taken() {
        let own = "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/05/111122223333_CloudTrail_eu-west-1_20260105T0905Z_a.json.gz";
        let cases = [
            ("s3://logs", own, true),
            ("s3://logs", &*format!("pre/{own}"), true),
            (
                "s3://logs",
                &*own.replace("AWSLogs/", "AWSLogs/o-abc/"),
                true,
            ),
            ("s3://logs/AWSLogs", own, true),
            (
                "s3://logs/AWSLogs/111122223333/CloudTrail/eu-west-1",
                own,
                true,
            ),
            (
                "s3://logs/AWSLogs/111122223333/CloudTrail/us-east-1",
                own,
                false,
            ),
            ("s3://logs/AWSLogs/1111", own, false),
            (
                "s3://logs",
                &*own.replace("CloudTrail/", "CloudTrail-Digest/"),
                false,
            ),
            (
                "s3://logs/AWSLogs/111122223333/CloudTrail-Digest",
                &*own.replace("CloudTrail/", "CloudTrail-Digest/"),
                false,
            ),
            (
                "s3://logs",
                &*own.replace("CloudTrail/", "CloudTrail-Insight/"),
                false,
            ),
            ("s3://logs", &*own.replace("CloudTrail/", "Config/"), false),
            (
                "s3://logs/AWSLogs/111122223333/Config",
                &*own.replace("CloudTrail/", "Config/"),
                true,
            ),
            ("s3://logs", &*own.replace(".json.gz", ".json"), false),
            ("s3://logs", "copied/file.json.gz", false),
            ("s3://logs/copied", "copied/file.json.gz", true),
            (
                "s3://logs/copied",
                "copied/AWSLogs/1/Config/file.json.gz",
                false,
            ),
            (
                "s3://logs/copied",
                "copied/AWSLogs/1/CloudTrail/file.json.gz",
                true,
            ),
            ("s3://logs", "file.json.gz", false),
        ];
        for (uri, name, want) in cases {
            let location = import_location(uri).expect("a location");
            assert_eq!(location.holds(name), want, "{uri} {name}");
        }
    }

    #[test]
    fn a_name_tells_its_day() {
        let cases = [
            (
                "a/1_CloudTrail_eu-west-1_20260105T0905Z_x.json.gz",
                Some("2026-01-05"),
            ),
            (
                "1_CloudTrail_eu-west-1_20260105T0905Z_x.json.gz",
                Some("2026-01-05"),
            ),
            ("a/1_CloudTrail_eu-west-1_2026T0905Z_x.json.gz", None),
            ("a/1_CloudTrail_eu-west-1_2026é105T0905Z_x.json.gz", None),
            ("a/file.json.gz", None),
            ("", None),
        ];
        for (name, want) in cases {
            assert_eq!(day_of_name(name).as_deref(), want, "{name}");
        }
    }
}
