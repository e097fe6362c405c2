//! On what, and when: what is said beside a result that took its time.

/// The processor's name, where the system says it; else the name of its instruction set.
pub fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = name.map(|rest| rest.trim_start_matches([' ', '\t', ':']).to_owned());
    name.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// Now, to the second, as RFC 3339 says it: its first ten characters are the day.
///
/// ```
/// assert_eq!(ufm_support::machine::now().len(), "2026-11-30T12:00:00Z".len());
/// ```
pub fn now() -> String {
    let now = jiff::Timestamp::now();
    now.round(jiff::Unit::Second).unwrap_or(now).to_string()
}
