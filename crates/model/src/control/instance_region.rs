use crate::{Region, Timestamp};

/// A Region that an organization's instance was added to, besides the one it lives in.
///
/// Adding and removing take a while. How far they have come follows from the time, so nothing has to wake up for it
/// and every replica sees the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceRegion {
    /// The Region.
    pub region: Region,
    /// When it was asked for.
    pub added: Timestamp,
    /// From then on the instance can be used there.
    pub active: Timestamp,
    /// When it is gone, once it is being removed.
    pub removed: Option<Timestamp>,
}

/// sso-admin's `RegionStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionStatus {
    /// The instance is on its way there.
    Adding,
    /// The instance can be used there.
    Active,
    /// The instance is on its way out.
    Removing,
}

impl RegionStatus {
    /// The word the service uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Adding => "ADDING",
            Self::Active => "ACTIVE",
            Self::Removing => "REMOVING",
        }
    }
}

impl InstanceRegion {
    /// How far it has come; none once it is gone.
    pub fn status_at(&self, now: Timestamp) -> Option<RegionStatus> {
        match self.removed {
            Some(gone) if gone <= now => None,
            Some(_) => Some(RegionStatus::Removing),
            None if self.active <= now => Some(RegionStatus::Active),
            None => Some(RegionStatus::Adding),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_follows_from_the_time() {
        let at = Timestamp::from_millis;
        let (adding, removing) = (None, Some(at(30)));
        let cases = [
            (adding, 19, Some(RegionStatus::Adding)),
            (adding, 20, Some(RegionStatus::Active)),
            (adding, 90, Some(RegionStatus::Active)),
            (removing, 29, Some(RegionStatus::Removing)),
            (removing, 30, None),
        ];
        for (removed, now, want) in cases {
            let region = InstanceRegion {
                region: Region::US_EAST_1,
                added: at(10),
                active: at(20),
                removed,
            };
            assert_eq!(region.status_at(at(now)), want, "{removed:?} at {now}");
        }
    }
}
