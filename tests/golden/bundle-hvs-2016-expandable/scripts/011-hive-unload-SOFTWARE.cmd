@echo off
rem Step 11 of 26: unload the SOFTWARE hive; only now its changes are in the file.
reg unload "HKLM\hvsbuild-SOFTWARE"
if not "%errorlevel%"=="0" exit /b %errorlevel%
