using System.Runtime.CompilerServices;

// What the dump and the trace show.
[assembly: InternalsVisibleTo("Workqueues.Diagnostics")]

// Reports that never throw.
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
