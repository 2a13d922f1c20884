// One chip has power at a time, and Console.Out is one: tests take turns.
[assembly: DoNotParallelize]
