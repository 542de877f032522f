internal import Glibc

/// Opens /dev/null in the place of standard input, output or error where whoever started this
/// program has closed it. The first descriptors that are opened would be those else, and what is
/// printed would go into a socket. To be called before anything is opened.
public func openStandardDescriptors() throws(SystemError) {
  for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
    // The lowest that is free is given out (open(2)): this one, since those below are open.
    guard open("/dev/null", O_RDWR) >= 0 else { throw .last("open /dev/null") }
  }
}
