// What the machine's runner needs. Its counterparts are Usings.Mstest.cs and Usings.Nano.cs in Workqueues.Tests.
global using Microsoft.VisualStudio.TestTools.UnitTesting;
global using Workqueues;
using System.Runtime.CompilerServices;
using OnMachine;

[assembly: Parallelize(Scope = ExecutionScope.MethodLevel)]

namespace NFUnitTest;

/// <summary>Stands where the sources name MSTest's: undisturbed first, then under forced switches.</summary>
internal sealed class TestMethodAttribute : MachineTestAttribute
{
    public TestMethodAttribute([CallerFilePath] string file = "", [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        Board = "B-L475E-IOT01A";
        Seeds = 20;
    }
}
