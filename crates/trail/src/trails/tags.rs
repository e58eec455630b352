use atrium_model::iam::Tag;
use atrium_model::trail::Trail;
use atrium_store::{StoreError, Tx};

use super::{Quotas, TrailError};

/// Checks the tags of a new trail.
pub(super) fn checked(tags: Vec<Tag>, most: usize) -> Result<Vec<Tag>, TrailError> {
    let mut kept = Vec::new();
    merge_tags(&mut kept, tags, most)?;
    Ok(kept)
}

/// Sets tags among those that are kept.
pub(crate) fn merge_tags(
    kept: &mut Vec<Tag>,
    new: Vec<Tag>,
    most: usize,
) -> Result<(), TrailError> {
    for (at, tag) in new.iter().enumerate() {
        if tag.key.to_lowercase().starts_with("aws:") {
            let why = "Tag keys that begin with aws: are reserved.";
            return Err(TrailError::Tag(why.to_owned()));
        }
        if new[..at].iter().any(|other| other.key == tag.key) {
            let why = format!("The tag key {} is given twice.", tag.key);
            return Err(TrailError::Tag(why));
        }
    }
    for tag in new {
        match kept.iter_mut().find(|known| known.key == tag.key) {
            Some(known) => *known = tag,
            None => kept.push(tag),
        }
    }
    match kept.len() > most {
        true => Err(TrailError::TooManyTags(most)),
        false => Ok(()),
    }
}

/// Sets tags of a trail.
pub fn add_tags(
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut trail: Trail,
    tags: Vec<Tag>,
) -> Result<(), TrailError> {
    merge_tags(&mut trail.tags, tags, quotas.tags)?;
    tx.update_trail(&trail)?;
    Ok(())
}

/// Removes tags of a trail; a value that is given must be the tag's.
pub fn remove_tags(tx: &mut dyn Tx, mut trail: Trail, tags: &[Tag]) -> Result<(), StoreError> {
    drop_tags(&mut trail.tags, tags);
    tx.update_trail(&trail)?;
    Ok(())
}

/// Removes tags from those that are kept; a value that is given must be the tag's.
pub(crate) fn drop_tags(kept: &mut Vec<Tag>, tags: &[Tag]) {
    let fits = |tag: &Tag, given: &Tag| {
        given.key == tag.key && (given.value.is_empty() || given.value == tag.value)
    };
    kept.retain(|tag| !tags.iter().any(|given| fits(tag, given)));
}
