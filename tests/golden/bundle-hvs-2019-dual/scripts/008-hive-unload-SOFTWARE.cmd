@echo off
rem Step 8 of 24: unload the SOFTWARE hive; only now its changes are in the file.
reg unload "HKLM\hvsbuild-SOFTWARE"
if not "%errorlevel%"=="0" exit /b %errorlevel%
