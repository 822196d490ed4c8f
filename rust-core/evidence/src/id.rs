//! Ids: 128 random bits, 32 lower-case hex digits, a type for each thing they name.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::hex;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The id of these random bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> $name {
                $name(bytes)
            }

            /// The 16 raw bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// Reads 32 lower-case hex digits.
            pub fn parse(text: &str) -> Option<$name> {
                hex::decode_array(text).map($name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&hex::encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, formatter)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                $name::parse(&text).ok_or_else(|| D::Error::custom("not 32 lower-case hex digits"))
            }
        }
    )*};
}

ids! {
    /// One record (音像记录): one journal and the media it names.
    RecordId,
    /// One activity (执法活动): the records of all devices at one scene.
    ActivityId,
    /// One phone, as the agency's register knows it.
    DeviceId,
    /// One run of a device's ledger: begins anew when the app is installed anew.
    LedgerEpoch,
    /// One boot of a phone.
    BootId,
    /// An agency (行政执法机关).
    AgencyId,
    /// A unit of an agency (执法单位).
    UnitId,
}
