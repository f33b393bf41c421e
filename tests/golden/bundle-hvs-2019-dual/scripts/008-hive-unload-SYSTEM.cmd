@echo off
rem Step 8 of 21: unload the SYSTEM hive; only now its changes are in the file.
reg unload "HKLM\hvsbuild-SYSTEM"
if not "%errorlevel%"=="0" exit /b %errorlevel%
