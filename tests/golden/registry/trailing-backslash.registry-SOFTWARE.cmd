@echo off
rem Step 7 of 20: 5 values in the image's SOFTWARE hive.
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild" /v "Folder" /t REG_SZ /d "C:\Windows\\" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild" /v "Two" /t REG_SZ /d "C:\\\\" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild" /v "Name\\" /t REG_SZ /d "a\b" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The value Gone\ must not be there; where it is not, there is nothing to delete.
reg query "HKLM\hvsbuild-SOFTWARE\hvsbuild" /v "Gone\\" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_4
reg delete "HKLM\hvsbuild-SOFTWARE\hvsbuild" /v "Gone\\" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_4
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild" /v "List" /t REG_MULTI_SZ /d "C:\\0D:\\" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
