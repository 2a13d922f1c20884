using System.Runtime.CompilerServices;

// What the dump and the trace show.
[assembly: InternalsVisibleTo("Workqueues.Diagnostics")]

// Lines and timers are top halves: they use the library's lock, its reserve and its reports.
[assembly: InternalsVisibleTo("Workqueues.Gpio")]
[assembly: InternalsVisibleTo("Workqueues.Esp32")]

// The tests step workers and move a timer of their own.
[assembly: InternalsVisibleTo("NFUnitTest")]
[assembly: InternalsVisibleTo("Workqueues.Tests")]
[assembly: InternalsVisibleTo("Workqueues.OnMachine.Tests")]
[assembly: InternalsVisibleTo("Contract.Tests")]
[assembly: InternalsVisibleTo("Esp32.Tests")]
[assembly: InternalsVisibleTo("Exploration")]
[assembly: InternalsVisibleTo("Injection.Tests")]
[assembly: InternalsVisibleTo("Stress")]
