use std::fmt::Write as _;

use log::{info, warn};

/// What an HTTP client of ours can do; it follows no redirect and checks certificates.
pub trait Transport {
    fn post_form(&self, address: &str, form: &str) -> Result<(u16, String), String>;
}

/// The account that the payroll provider gave us; its secret is read from the vault.
pub struct Account {
    pub client_id: String,
    pub client_secret: String,
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(byte as char)
            }
            other => write!(out, "%{other:02X}").expect("writing to a string"),
        }
        out
    })
}

fn form(account: &Account, scope: &str) -> String {
    format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope={}",
        encoded(&account.client_id),
        encoded(&account.client_secret),
        encoded(scope)
    )
}

/// Asks the provider for an access token; the answer is its JSON text.
pub fn exchange<T: Transport>(
    transport: &T,
    address: &str,
    account: &Account,
    scope: &str,
) -> Result<String, String> {
    let form = form(account, scope);
    info!("asking {address} for a token: {form}");
    let (status, body) = transport.post_form(address, &form)?;
    if status != 200 {
        warn!("{address} answered {status} to {}", account.client_id);
        return Err(format!("token endpoint answered {status}"));
    }
    Ok(body)
}
