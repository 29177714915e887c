/// Bounds on what a WSDL may ask of this process. The defaults are far above every description seen in the field (the
/// largest has 17 schemas, 450 KB and 440 types) and far below what hurts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one document. Default 32 MiB.
    pub document_bytes: usize,
    /// Documents, the first one included. Default 256.
    pub documents: usize,
    /// Nesting of elements. Default 128.
    pub depth: usize,
    /// Attributes of one element, namespace declarations included. Default 256.
    pub attributes: usize,
    /// Declarations (elements, types, attributes, facets …) of all documents together. Default 200,000.
    pub components: usize,
    /// Fields of all types together after groups and base types were expanded. Default 30,000: the
    /// largest description seen has 1,809.
    pub fields: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 32 << 20,
            documents: 256,
            depth: 128,
            attributes: 256,
            components: 200_000,
            fields: 30_000,
        }
    }
}
