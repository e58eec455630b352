use atrium_model::iam::Tag;

use crate::{IamError, Limit};

/// Checks the tags of a new resource.
pub(crate) fn checked(tags: Vec<Tag>, most: usize) -> Result<Vec<Tag>, IamError> {
    let mut kept = Vec::new();
    merge(&mut kept, tags, most)?;
    Ok(kept)
}

/// Sets tags; a key in another letter case is the same key, and takes the new spelling.
pub(crate) fn merge(tags: &mut Vec<Tag>, new: Vec<Tag>, most: usize) -> Result<(), IamError> {
    for (at, tag) in new.iter().enumerate() {
        if new[..at].iter().any(|other| same(&other.key, &tag.key)) {
            return Err(IamError::DuplicateTagKeys);
        }
    }
    for tag in new {
        match tags.iter_mut().find(|known| same(&known.key, &tag.key)) {
            Some(known) => *known = tag,
            None => tags.push(tag),
        }
    }
    if tags.len() > most {
        return Err(IamError::LimitExceeded(Limit::Tags));
    }
    Ok(())
}

/// Removes tags; keys that are not there do not matter.
pub(crate) fn remove(tags: &mut Vec<Tag>, keys: &[String]) {
    tags.retain(|tag| !keys.iter().any(|key| same(key, &tag.key)));
}

pub(crate) fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
