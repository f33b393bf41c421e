@echo off
rem Step 11 of 28: unload the hive \Users\Default\NTUSER.DAT; only now its changes are in the file.
reg unload "HKLM\hvsbuild-NTUSER"
if not "%errorlevel%"=="0" exit /b %errorlevel%
