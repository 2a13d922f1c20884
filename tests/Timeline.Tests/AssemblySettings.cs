// The library has one trace, and Chromium takes both cores: tests take turns.
[assembly: DoNotParallelize]
