//! Who is asking: the address of the client, also behind proxies.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use http::{Extensions, HeaderMap};

/// The address that limits are counted by. [`crate::serve_with`] puts it into every request.
///
/// Of an IPv6 address only the first 64 bits count, since whoever has one has all that share them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The client at the other end of a connection from `address`.
    pub fn new(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            address => address,
        })
    }

    /// The client of a request; all requests that did not come through our server are one client.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        let nobody = Self(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
        extensions.get().copied().unwrap_or(nobody)
    }

    /// The client that `peer` speaks for. `X-Forwarded-For` is believed as far as it was written by `proxies`:
    /// read from the right, the first address that is none of them.
    pub(crate) fn behind(proxies: &[Network], peer: IpAddr, headers: &HeaderMap) -> Self {
        let is_proxy = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
        let mut client = peer.to_canonical();
        let forwarded: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        for named in forwarded.into_iter().rev() {
            if !is_proxy(client) {
                break;
            }
            let Ok(address) = named.trim().parse::<IpAddr>() else {
                break;
            };
            client = address.to_canonical();
        }
        Self::new(client)
    }
}

/// Addresses that begin alike, such as `10.0.0.0/8`; or one address, such as `127.0.0.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

/// A text that is neither an address nor a network.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` is no network: write an address, or an address and the length of its prefix, such as 10.0.0.0/8"
)]
pub struct InvalidNetwork(String);

impl Network {
    /// Whether `address` lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let begins_alike = |one: u128, other: u128, width: u32| {
            // A shift by the whole width would not be defined; nothing is then compared.
            self.bits == 0 || (one ^ other) >> (width - self.bits) == 0
        };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                begins_alike(u32::from(own).into(), u32::from(other).into(), 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => begins_alike(own.into(), other.into(), 128),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let invalid = || InvalidNetwork(text.to_owned());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits
                .parse()
                .ok()
                .filter(|bits| *bits <= width)
                .ok_or_else(invalid)?,
            None => width,
        };
        Ok(Self { address, bits })
    }
}

impl TryFrom<String> for Network {
    type Error = InvalidNetwork;

    fn try_from(text: String) -> Result<Self, InvalidNetwork> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &[&str], peer: &str, forwarded: &[&str]) -> ClientAddress {
        let proxies: Vec<Network> = proxies.iter().map(|text| text.parse().unwrap()).collect();
        let headers = forwarded
            .iter()
            .map(|value| {
                (
                    http::HeaderName::from_static("x-forwarded-for"),
                    value.parse().unwrap(),
                )
            })
            .collect();
        ClientAddress::behind(&proxies, peer.parse().unwrap(), &headers)
    }

    fn at(address: &str) -> ClientAddress {
        ClientAddress::new(address.parse().unwrap())
    }

    #[test]
    fn what_a_stranger_says_of_whom_it_speaks_for_is_not_believed() {
        assert_eq!(client(&[], "192.0.2.7", &["198.51.100.1"]), at("192.0.2.7"));
        assert_eq!(
            client(&["10.0.0.0/8"], "192.0.2.7", &["198.51.100.1"]),
            at("192.0.2.7")
        );
    }

    #[test]
    fn a_proxy_names_its_client_and_what_that_wrote_itself_is_not_believed() {
        let proxies = ["10.0.0.0/8", "::1"];
        let named = ["203.0.113.1, 198.51.100.1", "10.0.0.9"];

        assert_eq!(client(&proxies, "10.0.0.8", &named), at("198.51.100.1"));
        assert_eq!(client(&proxies, "::ffff:10.0.0.8", &named), at("198.51.100.1"));
        assert_eq!(client(&proxies, "::1", &[]), at("::1"));
        assert_eq!(
            client(&proxies, "10.0.0.8", &["198.51.100.1, nobody"]),
            at("10.0.0.8")
        );
    }

    #[test]
    fn those_who_share_the_first_half_of_an_address_are_one_client() {
        assert_eq!(at("2001:db8:0:1::1"), at("2001:db8:0:1:ffff::9"));
        assert_ne!(at("2001:db8:0:1::1"), at("2001:db8:0:2::1"));
        assert_eq!(at("::ffff:192.0.2.7"), at("192.0.2.7"));
    }

    #[test]
    fn a_network_holds_the_addresses_that_begin_as_it_does() {
        let holds = |network: &str, address: &str| {
            let network: Network = network.parse().unwrap();
            network.contains(address.parse().unwrap())
        };

        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("127.0.0.1", "127.0.0.1") && !holds("127.0.0.1", "127.0.0.2"));
        assert!(holds("fd00::/8", "fd12::1") && !holds("fd00::/8", "fe00::1"));
        assert!(holds("0.0.0.0/0", "192.0.2.1") && !holds("0.0.0.0/0", "::1"));
        for text in ["", "10.0.0.0/33", "10.0.0.0/", "proxy.example", "::/129"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
