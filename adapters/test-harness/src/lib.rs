//! Simulators of SAP and UNI-PASS over real HTTP, fault injection, and the conformance suites of customs-core.
