import Glibc
import Testing

@testable import EchoIO

extension DataPlane {
  struct FloorRunTests {
    @Test func `everything has a repetition in each round, and costs something`() throws {
      let readings = try #require(
        try BoundedWork("floor") { try FloorRun.readings(within: .milliseconds(1)) }.value())
      #expect(readings.roundTrips.map(\.size) == FloorRun.sizes)
      let lists =
        [readings.systemCalls, readings.emptyReceives, readings.tokens]
        + readings.roundTrips.map(\.nanoseconds)
      for list in lists {
        #expect(list.count == FloorRounds.fewest)
        #expect(list.allSatisfy { $0.isFinite && $0 > 0 })
      }
    }

    @Test func `a thread is woken on its own CPU, and on another where there is one`() throws {
      let readings = try #require(
        try BoundedWork("floor") { try FloorRun.readings(within: .milliseconds(1)) }.value())
      let allowed = CPUList.allowed.cpus.map(Int.init)
      #expect(readings.sameCPU.cpus == [allowed[0], allowed[0]])
      #expect(readings.otherCPU.cpus == (allowed.count > 1 ? Array(allowed.prefix(2)) : nil))
      for handOvers in [readings.sameCPU, readings.otherCPU] where handOvers.cpus != nil {
        #expect(handOvers.unavailable == nil)
        #expect(handOvers.nanoseconds.count == FloorRounds.fewest)
        #expect(handOvers.delays.count == FloorRounds.fewest)
        #expect((handOvers.nanoseconds + handOvers.delays).allSatisfy { $0.isFinite && $0 > 0 })
      }
    }

    @Test func `who calibrates keeps the CPUs that it had`() throws {
      let before = CPUList.allowed
      _ = try FloorRun.readings(within: .milliseconds(1))
      #expect(CPUList.allowed == before)
    }

    @Test func `a process with one CPU has no wake-up across CPUs, and says why`() async throws {
      await #expect(processExitsWith: .success) {
        try CPUList(CPUList.allowed.cpus[0]).apply()
        let readings = try #require(try FloorRun.readings(within: .milliseconds(1)))
        try #require(readings.otherCPU.unavailable == "this process may run on one CPU only")
        try #require(readings.otherCPU.nanoseconds.isEmpty)
        try #require(readings.sameCPU.nanoseconds.count == FloorRounds.fewest)
      }
    }

    @Test func `without descriptors it says what to do`() async throws {
      await #expect(processExitsWith: .success) {
        try await ThisProcess.letDispatchOpenItsDescriptors()
        // A connection and its listener take three of them, of which one comes back; a pipe takes two.
        for spare in 0...3 {
          let taken = try TakenDescriptors(sparing: spare)
          let error = try #require(throws: SystemError.self) {
            try FloorRun.readings(within: .milliseconds(1))
          }
          taken.giveBack()
          try #require("\(error)".contains("ulimit -n"), "\(error)")
        }
        // The pipes of the threads do not fit any more; the rest is measured.
        let taken = try TakenDescriptors(sparing: 4)
        let readings = try #require(try FloorRun.readings(within: .milliseconds(1)))
        taken.giveBack()
        try #require(readings.systemCalls.count == FloorRounds.fewest)
        try #require(readings.sameCPU.unavailable?.contains("ulimit -n") == true)
      }
    }

    @Test func `it leaves no descriptor and no thread behind`() async throws {
      await #expect(processExitsWith: .success) {
        try await ThisProcess.letDispatchOpenItsDescriptors()
        let (descriptors, threads) = (ThisProcess.descriptors, ThisProcess.threads)
        _ = try FloorRun.readings(within: .milliseconds(1))
        try #require(ThisProcess.descriptors == descriptors)
        // The kernel lists one that has been joined for a moment longer.
        for _ in 0..<10_000 where ThisProcess.threads > threads { usleep(1000) }
        try #require(ThisProcess.threads <= threads)
      }
    }

    @Test func `a stopped one has nothing to say`() throws {
      let stop = try StopSignal()
      stop.fire()
      #expect(try FloorRun.readings(within: .seconds(1), until: stop) == nil)
    }
  }

  /// The loops: what they do, not how fast.
  struct FloorLoopTests {
    @Test(arguments: [1, 1000, 3 << 20])
    func `every byte of a message goes there and back`(size: Int) throws {
      let pair = try LoopbackPair()
      let memory = try Buffer(2 * size, remedy: "")
      memset(memory.base, 7, size)
      memset(memory.base + size, 0, size)
      let (one, other) = (pair.one.descriptor, pair.other.descriptor)
      #expect(FloorLoop.roundTrips(one, other, memory.base, size, 2) == 0)
      #expect(memcmp(memory.base, memory.base + size, size) == 0)
      // Nothing is left on the way.
      #expect(receiveNow(one, memory.base, 1) == -Int(EAGAIN))
      #expect(receiveNow(other, memory.base, 1) == -Int(EAGAIN))
    }

    @Test func `a connection that ends is an error, and no endless loop`() throws {
      let pair = try LoopbackPair()
      let memory = try Buffer(2000, remedy: "")
      signal(SIGPIPE, SIG_IGN)
      shutdown(pair.one.descriptor, Int32(SHUT_WR))
      let result = FloorLoop.roundTrips(
        pair.one.descriptor, pair.other.descriptor, memory.base, 1000, 1)
      #expect(result == -Int(EPIPE))
    }

    @Test func `a byte that nobody takes is waited for, for a second`() throws {
      // Ends of two connections: what is written to one never comes out of the other.
      let pair = try LoopbackPair()
      let stranger = try LoopbackPair()
      let memory = try Buffer(2000, remedy: "")
      let result = try BoundedWork("round trip") {
        [one = pair.one.descriptor, other = stranger.one.descriptor] in
        FloorLoop.roundTrips(one, other, memory.base, 1000, 1)
      }.value()
      #expect(result == -Int(ETIMEDOUT))
      _ = consume pair
      _ = consume stranger
    }

    @Test func `a socket that has something is not empty`() throws {
      let pair = try LoopbackPair()
      let memory = try Buffer(64, remedy: "")
      #expect(FloorLoop.emptyReceives(pair.one.descriptor, memory.base, 3) == 0)
      #expect(transmit(pair.other.descriptor, memory.base, 1) == 1)
      #expect(waitUntil(pair.one.descriptor, POLLIN, timeout: .seconds(5)))
      #expect(FloorLoop.emptyReceives(pair.one.descriptor, memory.base, 3) == -Int(EPROTO))
    }
  }
}

/// The rounds, by clocks that tests move.
struct FloorRoundsTests {
  @Test func `there are five rounds however little time there is`() throws {
    var rounds = 0
    let clock = SteppingClock(by: .seconds(10))
    #expect(try FloorRounds.take(within: .seconds(0), until: nil, by: clock) { rounds += 1 })
    #expect(rounds == FloorRounds.fewest)
  }

  @Test func `there are no more than enough however much time there is`() throws {
    var rounds = 0
    #expect(
      try FloorRounds.take(within: .seconds(9), until: nil, by: ManualClock()) { rounds += 1 })
    #expect(rounds == FloorRounds.most)
  }

  @Test func `they end with the time`() throws {
    var rounds = 0
    let clock = ManualClock()
    _ = try FloorRounds.take(within: .milliseconds(90), until: nil, by: clock) {
      clock.advance(by: .milliseconds(10))
      rounds += 1
    }
    #expect(rounds == 9)
  }

  @Test func `a stop ends them between two rounds`() throws {
    var rounds = 0
    let stop = try StopSignal()
    let isWhole = try FloorRounds.take(within: .seconds(9), until: stop, by: ManualClock()) {
      rounds += 1
      if rounds == 2 { stop.fire() }
    }
    #expect(!isWhole)
    #expect(rounds == 2)
  }

  @Test func `what failed ends them`() {
    let failure = SystemError("getppid", errno: ENOSYS)
    #expect(throws: failure) {
      try FloorRounds.take(within: .seconds(9), until: nil, by: ManualClock()) {
        () throws(SystemError) in throw failure
      }
    }
  }

  @Test func `a repetition is the time by the number of operations`() throws {
    var moments: [UInt64] = [1000, 5000]
    func now() -> UInt64 { moments.removeFirst() }
    let each = try repetition(of: "call", 8, by: now) { count in
      #expect(count == 8)
      return 0
    }
    #expect(each == 500)
  }

  @Test func `a repetition that failed names the call`() {
    #expect(throws: SystemError("recv", errno: EPROTO)) {
      try repetition(of: "recv", 8) { _ in -Int(EPROTO) }
    }
  }
}
