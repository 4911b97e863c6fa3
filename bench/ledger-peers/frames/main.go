// Clients that share a few connections on a loopback socket, as those of gRPC do: a request is its number, a length and 1 KiB, its
// answer the number (32 bits each, big-endian). Each client waits for its answer before its next request.
//
//	frames ADDRESS SECONDS CLIENTS CONNECTIONS
package main

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"os"
	"sort"
	"strconv"
	"sync"
	"time"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

type shared struct {
	requests chan []byte
	answers  []chan struct{}
}

func open(address string, clients int) *shared {
	connection := must(net.Dial("tcp", address))
	s := &shared{make(chan []byte, clients), make([]chan struct{}, clients)}
	for i := range s.answers {
		s.answers[i] = make(chan struct{}, 1)
	}
	go func() {
		out := bufio.NewWriterSize(connection, 1<<16)
		for frame := range s.requests {
			must(out.Write(frame))
			if len(s.requests) == 0 {
				if err := out.Flush(); err != nil {
					panic(err)
				}
			}
		}
	}()
	go func() {
		in := bufio.NewReader(connection)
		var number [4]byte
		for {
			if _, err := io.ReadFull(in, number[:]); err != nil {
				return
			}
			s.answers[binary.BigEndian.Uint32(number[:])] <- struct{}{}
		}
	}()
	return s
}

func main() {
	seconds, clients, count := must(strconv.Atoi(os.Args[2])), must(strconv.Atoi(os.Args[3])), must(strconv.Atoi(os.Args[4]))
	connections := make([]*shared, min(count, clients))
	for i := range connections {
		connections[i] = open(os.Args[1], (clients+len(connections)-1)/len(connections))
	}
	var mutex sync.Mutex
	var group sync.WaitGroup
	var all []float64
	start := time.Now()
	end := start.Add(time.Duration(seconds) * time.Second)
	for c := 0; c < clients; c++ {
		connection, number := connections[c%len(connections)], c/len(connections)
		group.Add(1)
		go func() {
			defer group.Done()
			var own []float64
			frame := make([]byte, 8+1024)
			binary.BigEndian.PutUint32(frame, uint32(number))
			binary.BigEndian.PutUint32(frame[4:], 1024)
			must(rand.Read(frame[8:]))
			for time.Now().Before(end) {
				before := time.Now()
				connection.requests <- frame
				<-connection.answers[number]
				own = append(own, float64(time.Since(before).Microseconds())/1000)
			}
			mutex.Lock()
			all = append(all, own...)
			mutex.Unlock()
		}()
	}
	group.Wait()
	elapsed := time.Since(start).Seconds()
	sort.Float64s(all)
	json.NewEncoder(os.Stdout).Encode(map[string]any{"rate": float64(len(all)) / elapsed, "p50": all[len(all)/2], "p99": all[len(all)*99/100]})
}
