@echo off
rem Step 8 of 28: unload the DRIVERS hive; only now its changes are in the file.
reg unload "HKLM\hvsbuild-DRIVERS"
if not "%errorlevel%"=="0" exit /b %errorlevel%
