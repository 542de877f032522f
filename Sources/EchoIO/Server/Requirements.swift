internal import CLinux
internal import Glibc

// What a library takes without asking, and then ends the process, or waits for ever, when there is
// none: tried before the library is.

/// Makes sure that this process may open `count` more descriptors, one for a connection included.
func requireDescriptors(_ count: Int) throws(SystemError) {
  var opened: [Int32] = []
  defer { for descriptor in opened { close(descriptor) } }
  for _ in 0..<count {
    let descriptor = eventfd(0, Int32(EFD_CLOEXEC))
    guard descriptor >= 0 else {
      throw .last("open \(plural(count, "descriptor"))", remedy: moreDescriptors)
    }
    opened.append(descriptor)
  }
}

/// Makes sure that this process may have `count` more threads at once.
func requireThreads(_ count: Int) throws(SystemError) {
  let enough = try StopSignal()
  var threads: [Thread<Void>] = []
  defer {
    enough.fire()
    for thread in threads { thread.join() }
  }
  for index in 0..<count {
    threads.append(try Thread("trial-\(index)") { enough.wait() })
  }
}

/// Why a build without the trait has no backend on SwiftNIO.
let withoutNIO = "built without SwiftNIO: build with scripts/build --traits default,NIO"
