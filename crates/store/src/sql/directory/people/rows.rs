//! Rows of names.

use atrium_model::directory::{
    End, NamedGroup, NamedInstance, NamedMembership, NamedUser, Profile, UserNames, Version,
};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::NameAge;

/// How a version of before ended, told by two columns.
fn ended(row: &Row<'_>, until: usize, is_last: usize) -> Result<Option<End>, StoreError> {
    let until = row.time(until)?;
    Ok(Some(match row.flag(is_last)? {
        true => End::Gone(until),
        false => End::Changed(until),
    }))
}

/// A user as the user is called.
pub(super) fn present_user(row: &Row<'_>) -> Result<Version<NamedUser>, StoreError> {
    Ok(Version {
        value: NamedUser {
            id: row.parsed(0)?,
            names: row.json::<Profile>(2)?.names(),
        },
        number: row.int(1)?,
        from: row.time(3)?,
        ended: None,
    })
}

/// A user as the user was called.
pub(super) fn former_user(row: &Row<'_>) -> Result<Version<NamedUser>, StoreError> {
    Ok(Version {
        value: NamedUser {
            id: row.parsed(0)?,
            names: UserNames {
                user_name: row.text(2)?,
                display_name: row.text(3)?,
                given_name: row.text(4)?,
                family_name: row.text(5)?,
                email: row.opt_text(6)?,
            },
        },
        number: row.int(1)?,
        from: row.time(7)?,
        ended: ended(row, 8, 9)?,
    })
}

/// A version of a group; of a former one, two more columns are there.
pub(super) fn group(row: &Row<'_>, age: NameAge) -> Result<Version<NamedGroup>, StoreError> {
    Ok(Version {
        value: NamedGroup {
            id: row.parsed(0)?,
            display_name: row.text(2)?,
            description: row.opt_text(3)?,
        },
        number: row.int(1)?,
        from: row.time(4)?,
        ended: match age {
            NameAge::Present => None,
            NameAge::Former => ended(row, 5, 6)?,
        },
    })
}

/// A membership; of a former one, one more column is there.
pub(super) fn membership(
    row: &Row<'_>,
    age: NameAge,
) -> Result<Version<NamedMembership>, StoreError> {
    Ok(Version {
        value: NamedMembership {
            id: row.parsed(0)?,
            group: row.parsed(1)?,
            user: row.parsed(2)?,
        },
        number: 1,
        from: row.time(3)?,
        ended: match age {
            NameAge::Present => None,
            NameAge::Former => Some(End::Gone(row.time(4)?)),
        },
    })
}

/// An instance's name; of a former one, two more columns are there.
pub(super) fn instance(row: &Row<'_>, age: NameAge) -> Result<Version<NamedInstance>, StoreError> {
    Ok(Version {
        value: NamedInstance {
            kind: row.parsed(1)?,
            region: row.parsed(2)?,
            name: row.opt_text(3)?,
        },
        number: row.int(0)?,
        from: row.time(4)?,
        ended: match age {
            NameAge::Present => None,
            NameAge::Former => ended(row, 5, 6)?,
        },
    })
}
