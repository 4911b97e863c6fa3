module example.test/bench/frames

go 1.24
