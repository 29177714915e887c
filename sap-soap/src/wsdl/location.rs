//! Where a document lies that another one refers to.

use url::Url;

/// The location of `reference` as seen from `base`: an absolute URL, or a path with `.` and `..` taken out.
pub(super) fn resolve(base: &str, reference: &str) -> String {
    let reference = reference.split('#').next().unwrap_or_default();
    if is_url(reference) {
        return reference.to_owned();
    }
    if is_url(base)
        && let Ok(url) = Url::parse(base).and_then(|b| b.join(reference))
    {
        return url.into();
    }
    let reference = reference.replace('\\', "/");
    if reference.starts_with('/') {
        return reference;
    }
    let base = base.replace('\\', "/");
    let folder = base.rsplit_once('/').map(|(folder, _)| folder);
    let mut parts: Vec<&str> = folder.map(|f| f.split('/').collect()).unwrap_or_default();
    for part in reference.split('/') {
        match part {
            "." | "" => {}
            ".." if parts.last().is_some_and(|p| !matches!(*p, "" | "." | "..")) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A scheme of two letters or more; one letter is a Windows drive.
fn is_url(location: &str) -> bool {
    location.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_to_a_file() {
        assert_eq!(resolve("main.wsdl", "file1.wsdl"), "file1.wsdl");
        assert_eq!(resolve("a/b/main.wsdl", "./x.xsd"), "a/b/x.xsd");
        assert_eq!(resolve("a/b/main.wsdl", "../c/x.xsd#frag"), "a/c/x.xsd");
        assert_eq!(resolve("main.wsdl", "../x.xsd"), "../x.xsd");
        assert_eq!(resolve("/a/main.wsdl", "b\\x.xsd"), "/a/b/x.xsd");
        assert_eq!(resolve("C:/a/main.wsdl", "x.xsd"), "C:/a/x.xsd");
        assert_eq!(resolve("a/main.wsdl", "/x.xsd"), "/x.xsd");
    }

    #[test]
    fn relative_to_a_url() {
        assert_eq!(resolve("http://h/a/b?wsdl", "c?xsd=1"), "http://h/a/c?xsd=1");
        assert_eq!(resolve("http://h/a/b", "https://k/x"), "https://k/x");
        assert_eq!(resolve("main.wsdl", "http://h/x"), "http://h/x");
    }
}
