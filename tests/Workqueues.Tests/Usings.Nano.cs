// What the CLR's runner needs. Its counterpart for a PC is Usings.Mstest.cs; a project takes one of the two.
global using nanoFramework.TestFramework;
global using Workqueues;
