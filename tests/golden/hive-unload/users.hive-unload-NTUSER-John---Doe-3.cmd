@echo off
rem Step 17 of 28: unload the hive \Users\John + Doe\NTUSER.DAT; only now its changes are in the file.
reg unload "HKLM\hvsbuild-NTUSER-John---Doe-3"
if not "%errorlevel%"=="0" exit /b %errorlevel%
