@echo off
rem Step 6 of 21: load the image's SYSTEM hive for editing.
reg load "HKLM\hvsbuild-SYSTEM" "R:\Windows\System32\config\SYSTEM"
if not "%errorlevel%"=="0" exit /b %errorlevel%
