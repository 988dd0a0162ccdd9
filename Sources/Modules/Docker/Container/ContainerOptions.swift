//! The table of a container's options; each group has a file of its own.

/// Every option of a container that can differ.
package enum ContainerOptions {
    static let all: [ContainerOption] = process + resources + network + storage + isolation
}
