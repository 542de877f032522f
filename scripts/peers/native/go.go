// An echo server in Go, on the standard library: a goroutine for each connection, which blocks in
// Read and Write; the runtime's poller (epoll) stands below it, on as many threads as it likes.
//
//	go HOST PORT [BUFFER_BYTES]
//
// Not io.Copy: on Linux that is splice(2), another contestant.
package main

import (
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

func main() {
	host, port, size := "127.0.0.1", "25000", 65536
	if len(os.Args) > 2 {
		host, port = os.Args[1], os.Args[2]
	}
	if len(os.Args) > 3 {
		bytes, err := strconv.Atoi(os.Args[3])
		if err != nil || bytes < 1 {
			fail(fmt.Errorf("a buffer of '%s' bytes cannot be", os.Args[3]))
		}
		size = bytes
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		fail(err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-stop
		os.Exit(0)
	}()
	fmt.Printf("listening on %s (go)\n", listener.Addr())
	for {
		connection, err := listener.Accept()
		if err != nil {
			fail(err)
		}
		go echo(connection, size)
	}
}

// echo returns what arrives until the end of the stream. Go sets TCP_NODELAY by itself, and Write
// returns when everything was taken, or with an error.
func echo(connection net.Conn, size int) {
	defer connection.Close()
	buffer := make([]byte, size)
	for {
		count, err := connection.Read(buffer)
		if count > 0 {
			if _, err := connection.Write(buffer[:count]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
