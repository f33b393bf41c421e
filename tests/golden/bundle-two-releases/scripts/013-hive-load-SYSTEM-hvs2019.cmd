@echo off
rem Step 13 of 33: load the image's SYSTEM hive for editing.
reg load "HKLM\hvsbuild-hvs2019-SYSTEM" "R:\Windows\System32\config\SYSTEM"
if not "%errorlevel%"=="0" exit /b %errorlevel%
